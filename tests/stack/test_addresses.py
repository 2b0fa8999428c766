"""What settings and parts are told about where the servers are."""

import os

import pytest
import redis

from conference.stack import addresses, paths


@pytest.fixture
def no_servers_named(monkeypatch, tmp_path):
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("REDIS_URL")
    monkeypatch.setenv("HATATA_VAR", str(tmp_path / "a folder" / "var"))


def test_a_database_address_gives_djangos_settings():
    settings = addresses.database_settings("postgres://jo:p%40ss@db.example.org:6432/conf?sslmode=require")
    assert settings == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "conf",
        "USER": "jo",
        "PASSWORD": "p@ss",
        "HOST": "db.example.org",
        "PORT": "6432",
        "OPTIONS": {"sslmode": "require"},
    }


@pytest.mark.parametrize("url", ["postgres://jo@/conf?host=%2Frun%2Fpg", "postgresql://jo@/conf?host=/run/pg"])
def test_a_unix_socket_is_named_by_its_folder(url):
    settings = addresses.database_settings(url)
    assert (settings["HOST"], settings["PORT"], settings["OPTIONS"]) == ("/run/pg", "", {})


@pytest.mark.parametrize("url", ["mysql://jo@host/conf", "postgres://jo@host", "conf"])
def test_an_address_of_no_postgresql_database_is_refused(url):
    with pytest.raises(ValueError, match="DATABASE_URL must look like"):
        addresses.database_settings(url)


@pytest.mark.usefixtures("no_servers_named")
def test_without_addresses_the_embedded_servers_of_this_var_folder_are_meant():
    sockets = paths.socket_dir()
    assert addresses.database_settings()["HOST"] == str(sockets)
    assert addresses.redis_url() == f"unix://{sockets}/valkey.sock?db=0"
    assert addresses.celery_broker_url() == f"redis+socket://{sockets}/valkey.sock?virtual_host=0"


@pytest.mark.usefixtures("no_servers_named")
def test_two_var_folders_have_different_sockets_whose_paths_are_short(monkeypatch):
    first = paths.socket_dir()
    monkeypatch.setenv("HATATA_VAR", "/" + "deep/" * 50)
    assert paths.socket_dir() != first
    assert len(os.fsencode(paths.socket_dir() / ".s.PGSQL.5432.lock")) < 107


def test_a_socket_folder_of_somebody_else_is_refused(tmp_path):
    real = tmp_path / "real"
    real.mkdir()
    (tmp_path / "link").symlink_to(real)
    with pytest.raises(PermissionError, match="somebody else"):
        paths.make_private(tmp_path / "link")


def test_a_redis_address_passes_to_celery_unchanged():
    assert addresses.celery_broker_url("rediss://user:pw@redis.example.org:6380/2") == (
        "rediss://user:pw@redis.example.org:6380/2"
    )


@pytest.mark.parametrize("url", ["redis://host:6379/0", "unix:///run/valkey.sock?db=0"])
def test_a_test_process_gets_a_redis_database_of_its_own(url):
    pool = redis.ConnectionPool.from_url(addresses.with_redis_database(url, 3))
    assert pool.connection_kwargs["db"] == 3


@pytest.mark.parametrize(
    ("url", "number"),
    [
        ("unix:///run/valkey.sock?db=3", "3"),
        ("unix:///run/valkey.sock", "0"),
        ("redis://host:6379/2", "2"),
        ("redis://host", "0"),
    ],
)
def test_the_number_of_a_redis_database_is_read_from_its_address(url, number):
    assert addresses.redis_database(url) == number
