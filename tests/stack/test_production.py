"""The production form: what docker-compose.yml says is run here, without containers, against servers of the tests."""

import http.client
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, closing
from pathlib import Path

import psycopg2
import pytest
import yaml
from django.db import connection

from conference.stack.addresses import with_redis_database

REPOSITORY = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())
OURS = [name for name, service in COMPOSE["services"].items() if service["image"] == "hatata"]
SITE = "conference.example.org"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def command_of(service, var, port):
    """Its command as the container would get it, with paths and ports of our own."""
    words = [re.sub(r"\$\{\w+:-\w+\}", "1", word) for word in COMPOSE["services"][service]["command"]]
    replaced = {"/var/lib/hatata": str(var), "0.0.0.0": "127.0.0.1", "8000": str(port)}  # noqa: S104 - replaces it
    for before, after in replaced.items():
        words = [word.replace(before, after) for word in words]
    return words


def wait_for(ready, what, seconds=120):
    deadline = time.monotonic() + seconds
    while not (found := ready()):
        assert time.monotonic() < deadline, f"{what} did not become ready"
        time.sleep(0.1)
    return found


def answer(port, path, headers=()):
    """Status, headers and body; None while nobody answers."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as client:
        try:
            client.request("GET", path, headers={"Host": SITE, "X-Forwarded-Proto": "https", **dict(headers)})
            response = client.getresponse()
        except OSError:
            return None
        return response.status, response.headers, response.read()


@pytest.fixture
def production(tmp_path):
    """The environment of a production part, with an empty database of its own."""
    settings = connection.settings_dict
    name = f"production_{secrets.token_hex(4)}"
    admin = psycopg2.connect(host=settings["HOST"], user=settings["USER"], dbname="postgres")
    admin.autocommit = True
    with closing(admin), admin.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        yield {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(tmp_path),
            "PYTHONUNBUFFERED": "1",
            "DJANGO_SETTINGS_MODULE": "conference.settings",
            "HATATA_VAR": str(tmp_path / "var"),
            "SECRET_KEY": secrets.token_urlsafe(50),
            "SITE_URL": f"https://{SITE}",
            "ALLOWED_HOSTS": SITE,
            "EMAIL_URL": "smtp+tls://hatata:secret@mail.example.org:587",
            "TRUSTED_PROXIES": "1",
            "DATABASE_URL": os.environ["DATABASE_URL"].replace("/hatata?", f"/{name}?"),
            "REDIS_URL": with_redis_database(os.environ["REDIS_URL"], 60),
        }
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def manage(env, *arguments):
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=REPOSITORY,
        env=env,
        text=True,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def test_djangos_deployment_checks_find_nothing(production):
    done = manage(production, "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", ["SECRET_KEY", "SITE_URL", "DATABASE_URL", "REDIS_URL", "EMAIL_URL"])
def test_production_refuses_to_start_without_what_it_must_not_guess(production, name):
    del production[name]
    done = manage(production, "check")
    assert done.returncode != 0
    assert f"Set {name} (docs/operators.md)" in done.stdout


def test_every_service_has_a_pinned_image_and_a_health_check():
    for name, service in COMPOSE["services"].items():
        assert service["image"] == "hatata" or re.search(r":\d", service["image"]), name
        # Those of our image have the image's check unless they name another.
        assert "healthcheck" in service or name in {"web", "live"}, name


def test_every_variable_of_the_compose_file_is_explained_in_the_example():
    used = set(re.findall(r"\$\{(\w+)", (REPOSITORY / "docker-compose.yml").read_text()))
    explained = set(re.findall(r"^(\w+)=", (REPOSITORY / ".env.example").read_text(), re.MULTILINE))
    assert used - explained <= {"HTTP_PORT", "HTTPS_PORT"}


def test_every_service_of_ours_starts_and_answers_behind_nginx(production, tmp_path):
    var, ports = tmp_path / "var", {"web": free_port(), "live": free_port(), "nginx": free_port()}
    setup = subprocess.run(
        command_of("setup", var, 0), cwd=REPOSITORY, env=production, text=True, check=False, capture_output=True
    )
    assert setup.returncode == 0, setup.stdout + setup.stderr
    with ExitStack() as stack:
        for service in set(OURS) - {"setup"}:
            process = subprocess.Popen(
                command_of(service, var, ports.get(service, 0)),
                cwd=REPOSITORY,
                env=production,
                stdout=stack.enter_context((tmp_path / f"{service}.log").open("wb")),
                stderr=subprocess.STDOUT,
            )
            stack.callback(process.wait)
            stack.callback(process.terminate)
        wait_for(lambda: (answer(ports["web"], "/readyz") or [0])[0] == 200, "web")
        for service in set(OURS) - {"setup"}:
            wait_for(lambda service=service: is_healthy(service, production, ports, var), service)
        if nginx := shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin"):
            check_nginx(stack, nginx, ports, tmp_path)


def is_healthy(service, production, ports, var):
    """Run its container's health check."""
    env = {**production, "HOSTNAME": socket.gethostname(), "PORT": str(ports.get(service))}
    if "healthcheck" in COMPOSE["services"][service]:
        kind, line = COMPOSE["services"][service]["healthcheck"]["test"]
        assert kind == "CMD-SHELL"
        command = ["sh", "-c", line.replace("/var/lib/hatata", str(var)).replace("$$", "$")]
    else:
        command = [sys.executable, "conference/stack/probe.py"]
    return subprocess.run(command, cwd=REPOSITORY, env=env, check=False, capture_output=True).returncode == 0


def check_nginx(stack, nginx, ports, folder):
    config = nginx_config(folder, ports)
    subprocess.run([nginx, "-e", "stderr", "-c", config, "-t"], check=True)
    process = subprocess.Popen([nginx, "-e", "stderr", "-c", config, "-g", "daemon off;"])
    stack.callback(process.wait)
    stack.callback(process.terminate)
    wait_for(lambda: answer(ports["nginx"], "/nginx-health"), "nginx")

    status, headers, _ = answer(ports["nginx"], "/readyz")
    assert (status, "Server" in headers and "/" in headers["Server"]) == (200, False)
    static = next((folder / "var" / "static" / "vendor").glob("htmx.min.*.js")).name
    status, headers, _ = answer(ports["nginx"], f"/static/vendor/{static}")
    assert (status, headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")
    # Only `live` speaks WebSocket; it refuses a stranger's origin at the handshake.
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    key = {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Origin": "https://elsewhere.example.org"}
    assert answer(ports["nginx"], "/ws/2026/", {**upgrade, **key})[0] == 403


def nginx_config(folder, ports, mode="plain"):
    """Our configuration as nginx gets it in the container, with paths and ports of this test."""
    user = "user root;" if os.geteuid() == 0 else ""
    replaced = {
        "/etc/nginx/portal.conf": str(folder / "portal.conf"),
        "/etc/nginx/tls": str(folder / "tls"),
        "/var/lib/hatata": str(folder / "var"),
        "http://web:8000": f"http://127.0.0.1:{ports['web']}",
        "http://live:8000": f"http://127.0.0.1:{ports['live']}",
        "listen 80 ": f"listen 127.0.0.1:{ports['nginx']} ",
        "listen 443 ": f"listen 127.0.0.1:{ports.get('tls', 0)} ",
    }
    for name in ("portal", mode):
        text = (REPOSITORY / "deploy" / "nginx" / f"{name}.conf").read_text()
        for before, after in replaced.items():
            text = text.replace(before, after)
        (folder / f"{name}.conf").write_text(text)
    scratch = " ".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = folder / "nginx.conf"
    main.write_text(
        f"{user} pid {folder}/nginx.pid; events {{}}\n"
        f"http {{ access_log off; {scratch} include {folder}/{mode}.conf; }}\n"
    )
    return main


@pytest.mark.skipif(not shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin"), reason="there is no nginx here")
@pytest.mark.parametrize("mode", ["plain", "tls"])
def test_nginx_accepts_its_configuration(mode, tmp_path):
    (tmp_path / "tls").mkdir()
    certificate = ["-out", tmp_path / "tls" / "fullchain.pem", "-keyout", tmp_path / "tls" / "privkey.pem"]
    if mode == "tls":
        make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={SITE}", *certificate]
        subprocess.run(make, check=True, capture_output=True)
    config = nginx_config(tmp_path, {"web": 1, "live": 2, "nginx": free_port(), "tls": free_port()}, mode)
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    done = subprocess.run([nginx, "-e", "stderr", "-c", config, "-t"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "warn" not in done.stderr
