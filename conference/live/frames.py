"""The door of the socket: what a client may send, checked strictly before anything else sees it."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import orjson
from django.utils.translation import gettext as _

from conference.common.refused import Refused
from conference.live.registry import COMMANDS, TOPICS, Command, Reader

LARGEST = 65_536  # bytes of one frame
HIGHEST = 2**31 - 1
Checks = Mapping[str, Callable[[Any], Any]]
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class Unacceptable(Exception):  # noqa: N818 - it names what the frame is
    """A frame that no client of ours sends: its socket is closed."""


def read(text: str | None) -> tuple[int | None, str, dict[str, Any]]:
    """Return a frame's id, command and the other fields. Raises `Unacceptable`."""
    if text is None or len(text.encode()) > LARGEST:
        raise Unacceptable("not a text frame of at most 64 KB")
    try:
        frame = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Unacceptable("not JSON") from None
    if not isinstance(frame, dict):
        raise Unacceptable("not an object")
    number, name = frame.pop("id", None), frame.pop("do", None)
    if not isinstance(name, str) or name not in COMMANDS:
        raise Unacceptable("unknown command")
    if number is not None and not is_number(number):
        raise Unacceptable("an id that is not a number")
    return number, name, frame


def fields(command: Command, given: dict[str, Any]) -> dict[str, Any]:
    """Return the fields to call the command's handler with. Raises `Refused` for what its schema does not have."""
    return checked(given, command.required, command.optional)


def checked(given: dict[str, Any], required: Checks, optional: Checks) -> dict[str, Any]:
    """Return what the checks make of the values given. Raises `Refused` for a field too many, too few or wrong."""
    values = {}
    for name, value in given.items():
        check = required.get(name) or optional.get(name)
        if check is None:
            raise Refused("invalid", _("There is no field “%(name)s” here.") % {"name": name[:40]})
        try:
            values[name] = check(value)
        except ValueError:
            raise Refused("invalid", _("The field “%(name)s” is not valid.") % {"name": name}) from None
    if missing := required.keys() - values.keys():
        raise Refused("invalid", _("The field “%(name)s” is missing.") % {"name": min(missing)})
    return values


def topic(name: str, reader: Reader) -> tuple[str, str, str]:
    """Return kind, key and global name of what a client calls `name`. Raises `Refused` for what there is not."""
    words = name.split(":")
    kind = ":".join(words[:2]) if words[0] == "here" else words[0]
    key = name[len(kind) + 1 :]
    if kind not in TOPICS or (key and not _KEY.fullmatch(key)):
        raise Refused("not_found", _("There is no such topic."))
    if kind == "edition":
        return kind, key, f"edition:{reader.edition}"
    if kind == "me":
        return kind, key, f"me:{reader.user.key}"
    if kind.startswith("here:"):
        return kind, key, f"here:{reader.edition}:{kind.removeprefix('here:')}:{key}"
    return kind, key, f"{kind}:{key}"


def is_number(value: Any) -> bool:
    """Tell whether the value is a count: JSON's true is 1 to Python, but not to us."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= HIGHEST


def number(value: Any) -> int:
    """Check for a field that is a count or a place in an order."""
    if not is_number(value):
        raise ValueError("not a number")
    return value


def optional(check: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a check that lets null pass."""
    return lambda value: None if value is None else check(value)


def string(longest: int) -> Callable[[Any], str]:
    """Return the check for a field that is text of at most so many characters."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or len(value) > longest:
            raise ValueError("not a text of this length")
        value.encode()  # half a character is an error, and that a ValueError
        return value

    return check


def key(value: Any) -> str:
    """Check for a field that is a row's public name."""
    if not isinstance(value, str) or not _KEY.fullmatch(value):
        raise ValueError("not a key")
    return value


def uuid(value: Any) -> UUID:
    """Check for a field that is a UUID in its usual form."""
    if not isinstance(value, str):
        raise ValueError("not a UUID")  # noqa: TRY004 - all checks raise ValueError
    return UUID(value)
