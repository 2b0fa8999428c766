"""The secret key of a run for trying out or developing, kept in the var folder so that logins outlive a restart."""

import secrets

from conference.stack import paths


def debug_secret_key() -> str:
    """The key of this var folder, made when there is none."""
    file = paths.var_dir() / "secret-key"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_suffix(".new")
        unfinished.touch(mode=0o600)
        unfinished.write_text(secrets.token_urlsafe(50))
        unfinished.replace(file)
    return file.read_text()
