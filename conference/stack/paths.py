"""Where the running stack keeps its files."""

import hashlib
import os
import stat
import tempfile
from pathlib import Path

LONGEST_FOLDER = 80  # bytes; a socket's path may have 107
REPOSITORY = Path(__file__).resolve().parent.parent.parent


def var_dir() -> Path:
    """The folder of everything that a running Hatata writes: `HATATA_VAR`, else `var` in the repository."""
    return Path(os.environ.get("HATATA_VAR") or REPOSITORY / "var").absolute()


def socket_dir() -> Path:
    """The folder of the embedded servers' Unix sockets: the same for every process that uses the same var folder.

    It is not inside var because a socket's path must be short, and repositories live deep.
    """
    name = hashlib.sha256(os.fsencode(var_dir())).hexdigest()[:10]
    folder = f"hatata-{os.getuid()}-{name}"
    in_temp = Path(tempfile.gettempdir()) / folder
    short = len(os.fsencode(in_temp)) <= LONGEST_FOLDER
    return in_temp if short else Path("/tmp") / folder  # noqa: S108 - make_private refuses another's folder


def make_private(folder: Path) -> Path:
    """Make `folder` for us alone and return it. Raises `PermissionError` when somebody else made it before us."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or (found.st_uid != os.getuid() and os.getuid() != 0):
        raise PermissionError(f"{folder} belongs to somebody else; remove it, or set TMPDIR to a folder of your own.")
    folder.chmod(0o700)
    return folder
