"""The embedded servers: made, ended in every way, and started again."""

import os
import shutil
import tempfile
from pathlib import Path

import psycopg2
import pytest
import redis

from conference.stack.postgres import NOBODY, Postgres
from conference.stack.processes import StackError, belonging_to
from conference.stack.valkey import Valkey


@pytest.fixture
def folder():
    """Short, as a socket's path must be, with a space, and closed to other users."""
    folder = Path(tempfile.mkdtemp(prefix="hatata servers "))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def postgres(folder):
    sockets = folder / "s"
    sockets.mkdir(mode=0o700)
    server = Postgres(data=folder / "pg", sockets=sockets, log=folder / "log" / "postgres.log", durable=False)
    yield server
    server.stop()


def ask(server, query):
    connection = psycopg2.connect(host=str(server.sockets), user="hatata", dbname="hatata")
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchone() if cursor.description else None
    finally:
        connection.close()


def test_postgres_survives_being_killed_with_its_stale_files_left(postgres):
    postgres.durable = True
    postgres.start()
    ask(postgres, "CREATE TABLE word (text text); INSERT INTO word VALUES ('kept')")
    postgres.process.kill()
    postgres.process.wait()
    for stale in (postgres.data / "postmaster.pid", postgres.sockets / ".s.PGSQL.5432.lock"):
        stale.write_text(f"{os.getpid()}\n{postgres.data}\n")

    postgres.start()

    assert ask(postgres, "SELECT text FROM word") == ("kept",)


def test_postgres_is_made_for_search_in_every_language(postgres):
    postgres.start()
    ask(postgres, "CREATE EXTENSION pg_trgm; CREATE EXTENSION unaccent; CREATE EXTENSION btree_gist")
    assert ask(postgres, "SELECT unaccent('Gödel'), cardinality(show_trgm('学术会议')) > 0") == ("Godel", True)


def test_stopping_postgres_leaves_no_process(postgres):
    postgres.start()
    postgres.stop()
    assert belonging_to(postgres.data) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_where_namespaces_are_refused_root_runs_postgres_as_nobody(postgres, monkeypatch):
    postgres.data.parent.chmod(0o700)
    monkeypatch.setattr(Postgres, "_namespaces_work", lambda _server: False)
    postgres.start()
    assert postgres.data.stat().st_uid == NOBODY
    assert ask(postgres, "SELECT 1") == (1,)


def test_a_server_that_cannot_start_says_where_its_log_is(postgres):
    postgres.start()
    postgres.stop()
    (postgres.data / "postgresql.conf").write_text("nonsense = 1\n")
    with pytest.raises(StackError, match=r"PostgreSQL ended while starting \(exit status 1\).*postgres\.log"):
        postgres.start()
    assert "nonsense" in postgres.log.read_text()


def test_durable_valkey_keeps_what_it_was_given_when_killed(folder):
    server = Valkey(data=folder / "valkey", sockets=folder, log=folder / "valkey.log")
    try:
        server.start()
        with redis.Redis(unix_socket_path=str(server.socket)) as client:
            client.set("queue", "task")
            client.execute_command("WAITAOF", 1, 0, 2000)
        server.process.kill()
        server.process.wait()
        server.start()
        with redis.Redis(unix_socket_path=str(server.socket)) as client:
            assert client.get("queue") == b"task"
    finally:
        server.stop()
