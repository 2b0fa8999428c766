"""Make `.venv` and install what is asked for: `bootstrap.py run` (to run Hatata) or `bootstrap.py work` (to work on it).

Only the standard library, and the syntax of Python 3.6, so that an old one gets a plain answer. Does nothing when
the requirements have not changed since the last time.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST, TOO_NEW = (3, 11), (3, 14)
FITTING_NAMES = ("python3.13", "python3.12", "python3.11")


class BootstrapError(Exception):
    """What went wrong, for the person at the terminal."""


def use_a_fitting_python() -> None:
    """Go on as another Python of this machine if this one is too old or too new."""
    if OLDEST <= sys.version_info[:2] < TOO_NEW:
        return
    for name in FITTING_NAMES:
        found = shutil.which(name)
        if found:
            os.execv(found, [found, *sys.argv])  # noqa: S606 - no shell is the point
    raise BootstrapError(
        f"Hatata needs Python 3.11, 3.12 or 3.13, but this is {sys.version.split()[0]} ({sys.executable}), "
        "and none of them is on the PATH. Install one, or name it: make PYTHON=/path/to/python3.12 …"
    )


def requirements(kind: str) -> Path:
    """The pinned packages of this kind."""
    return ROOT / "requirements" / (kind + ".txt")


def stamp(kind: str) -> Path:
    """Where a finished installation is noted."""
    return VENV / ("installed-" + kind)


def fingerprint(kind: str) -> str:
    """What the stamp of a finished installation says: changes with the requirements and with the Python."""
    digest = hashlib.sha256(sys.version.encode())
    for name in ("bootstrap", kind):
        digest.update(requirements(name).read_bytes())
    return digest.hexdigest()


def is_installed(kind: str) -> bool:
    """Whether .venv works and holds what the requirements say now."""
    # What is for work holds all that is needed to run.
    kinds = ("run", "work") if kind == "run" else (kind,)
    works = PYTHON.exists() and subprocess.run([str(PYTHON), "-c", ""], check=False).returncode == 0
    return works and any(stamp(k).exists() and stamp(k).read_text() == fingerprint(k) for k in kinds)


def run(what: str, *command: object) -> None:
    """Run `command`, showing what it prints."""
    try:
        subprocess.run([str(part) for part in command], check=True, cwd=str(ROOT))
    except subprocess.CalledProcessError as error:
        message = "{} failed (exit status {}); the lines above say why. Once that is mended, the same command goes on."
        raise BootstrapError(message.format(what, error.returncode)) from None


def make_venv() -> None:
    """A virtual environment of this Python, with pip if this Python can put it in."""
    same = PYTHON.exists() and (VENV / "pyvenv.cfg").read_text().find(sys.version.split()[0]) >= 0
    if same and subprocess.run([str(PYTHON), "-c", ""], check=False).returncode == 0:
        return
    print(f"Making .venv with Python {sys.version.split()[0]} …", flush=True)
    pip = [] if importlib.util.find_spec("ensurepip") else ["--without-pip"]
    run("Making .venv", sys.executable, "-m", "venv", "--clear", *pip, VENV)


def install_uv() -> None:
    """Put the pinned uv into .venv, with its own pip or this Python's."""
    install = [
        "install",
        "--quiet",
        "--require-hashes",
        "-r",
        requirements("bootstrap"),
    ]
    inside = subprocess.run([str(PYTHON), "-c", "import pip"], check=False, stderr=subprocess.DEVNULL)
    if inside.returncode == 0:
        run("Installing uv", PYTHON, "-m", "pip", *install)
    elif importlib.util.find_spec("pip"):
        run("Installing uv", sys.executable, "-m", "pip", "--python", PYTHON, *install)
    else:
        raise BootstrapError(
            "This Python has neither ensurepip nor pip. Install them (Debian, Ubuntu: apt install python3-venv; "
            "Fedora: dnf install python3-pip) and try again."
        )


def install(kind: str) -> None:
    """Make .venv hold the packages of `kind`."""
    make_venv()
    install_uv()
    print(f"Installing the packages of requirements/{kind}.txt …", flush=True)
    run(
        "Installing the Python packages", VENV / "bin" / "uv", "pip", "install", "--python", PYTHON, "--require-hashes",
        "-r", requirements(kind),
    )  # fmt: skip
    stamp(kind).write_text(fingerprint(kind))


def main() -> None:
    """Do what the command line says."""
    try:
        use_a_fitting_python()
        kind = sys.argv[1]
        if not is_installed(kind):
            install(kind)
    except BootstrapError as failure:
        sys.exit(str(failure))


if __name__ == "__main__":
    main()
