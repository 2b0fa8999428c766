"""The topics and commands that every edition has, whatever apps are installed."""

from collections.abc import Mapping
from typing import Any

from conference.common.access import ADMITTED
from conference.live import frames
from conference.live.registry import COMMANDS, TOPICS, Command, Reader, Topic


def _whole(_reader: Reader, key: str) -> bool:
    """`edition` and `me` have no key: the socket says whose they are."""
    return not key


def _by_the_hub(_reader: Reader, **_fields: Any) -> Mapping[str, Any]:
    message = "open, close and ping are the hub's own"
    raise AssertionError(message)


def register() -> None:
    """Hand in what the hub itself offers."""
    TOPICS.register("edition", Topic(access=ADMITTED, may_open=_whole))
    TOPICS.register("me", Topic(access=ADMITTED, may_open=_whole))
    name, after = frames.string(150), frames.optional(frames.number)
    COMMANDS.register(
        "open", Command(access=ADMITTED, handler=_by_the_hub, required={"topic": name}, optional={"after": after})
    )
    COMMANDS.register("close", Command(access=ADMITTED, handler=_by_the_hub, required={"topic": name}))
    COMMANDS.register("ping", Command(access=ADMITTED, handler=_by_the_hub))
