"""`make run`: started, stopped, killed and started again, in a copy of the repository whose folder has spaces."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from conference.stack.processes import belonging_to, kill_strays

REPOSITORY = Path(__file__).parents[2]
PATIENCE = 120  # seconds: loading the demo on a busy machine

# All of it on one pytest worker: the copy is made once, and the second start finds what the first has made.
pytestmark = pytest.mark.xdist_group("make run")


class Run:
    """One `make run`, with what it prints in a file."""

    def __init__(self, house, port, **env):
        self.var, self.port = house / "var", port
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TMPDIR"}}
        self.output = house / f"output of {time.monotonic_ns()}"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                ["make", "run", f"PORT={port}", f"PYTHON={sys.executable}"],
                cwd=house,
                env={**kept, **env},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_for(self, text):
        wait_until(lambda: text in self.printed() or self.process.poll() is not None)
        assert text in self.printed(), self.printed()

    def wait_for_the_end(self):
        self.process.wait(PATIENCE)
        return self.printed()

    def printed(self):
        return self.output.read_text(errors="replace")

    def status_of(self, path):
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as client:
            client.request("GET", path)
            return client.getresponse().status

    def processes(self):
        """The servers, web, worker, beat and their children (make and `up` itself are in our process's session)."""
        return belonging_to(self.var) + belonging_to(self.var / "pg") + belonging_to(self.var / "valkey")

    def kill_everything(self):
        for pid in [*self.processes(), *session_of(self.process.pid)]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait()

    def stop(self, number=signal.SIGTERM):
        """Returns how long it took."""
        begin = time.monotonic()
        os.killpg(self.process.pid, number)
        self.process.wait(PATIENCE)
        return time.monotonic() - begin


def session_of(leader):
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit() and in_session(path, leader)]


def in_session(path, leader):
    try:
        return os.getsid(int(path.name)) == leader
    except ProcessLookupError:
        return False


def wait_until(ready, seconds=PATIENCE):
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A copy of the repository as a fresh clone would be, but with what `make` has already fetched."""
    house = tmp_path_factory.mktemp("with spaces") / "the house"
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    files = subprocess.run(listing, cwd=REPOSITORY, check=True, capture_output=True, text=True).stdout.split("\0")
    for file in filter(None, files):
        if (REPOSITORY / file).is_file():
            (house / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPOSITORY / file, house / file)
    (house / ".venv").symlink_to(REPOSITORY / ".venv")
    for fetched in ("node_modules/axe-core", "static/vendor"):
        shutil.copytree(REPOSITORY / fetched, house / fetched)
    yield house
    for folder in (house / "var", house / "var" / "pg", house / "var" / "valkey"):
        kill_strays(folder)


@pytest.fixture
def start(house):
    runs = []

    def start(port=None, **env):
        runs.append(Run(house, port or free_port(), **env))
        return runs[-1]

    yield start
    for run in runs:
        run.kill_everything()


def test_the_first_start_serves_the_demo_and_sigterm_leaves_nothing(start):
    run = start()
    run.wait_for("Ctrl-C stops everything")
    assert "attendee@example.org" in run.printed()
    assert run.status_of("/readyz") == 200

    second = start()
    assert "Hatata already runs in this folder" in second.wait_for_the_end()

    elsewhere = start(run.port, HATATA_VAR=str(run.var.parent / "another var"))
    assert f"Port {run.port} is taken" in elsewhere.wait_for_the_end()
    assert "PORT=" in elsewhere.printed()

    assert run.stop() < 10
    assert run.processes() == []


def test_after_everything_was_killed_at_once_the_next_start_works(start):
    run = start()
    run.wait_for("Ctrl-C stops everything")
    run.kill_everything()
    again = start(run.port)
    again.wait_for("Ctrl-C stops everything")

    assert "loading the demo" not in again.printed()
    assert again.status_of("/readyz") == 200
    assert again.stop(signal.SIGINT) < 10
    assert again.processes() == []


def test_killing_the_supervisor_ends_everything_and_a_killed_part_comes_back(start):
    run = start()
    run.wait_for("Ctrl-C stops everything")
    for count, name in enumerate(["uvicorn", "celery", "bin/postgres", "valkey-server"], start=1):
        pid = next(pid for pid in run.processes() if name in Path(f"/proc/{pid}/cmdline").read_text())
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda count=count: run.printed().count("(killed by SIGKILL). Starting it again.") == count)
    wait_until(lambda: ready(run))

    for pid in session_of(run.process.pid):
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: run.processes() == [], seconds=15)


def ready(run):
    try:
        return run.status_of("/readyz") == 200
    except OSError:
        return False


def test_a_database_that_does_not_answer_is_named_without_a_traceback(start):
    run = start(DATABASE_URL=f"postgres://nobody@127.0.0.1:{free_port()}/nothing")
    printed = run.wait_for_the_end()
    assert "The database of DATABASE_URL cannot be used" in printed
    assert "Traceback" not in printed
    assert run.processes() == []
