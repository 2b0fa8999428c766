"""How fast one person may write. Pure: what they wrote lately comes in, a refusal or nothing comes out."""

import datetime as dt
import math
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from conference.common.refused import Refused

LONGEST = 4_000  # characters
WINDOW = dt.timedelta(seconds=10)
IN_WINDOW = 10  # messages of one person, in all rooms
BETWEEN_EDITS = dt.timedelta(seconds=2)  # of one message


def check_text(text: str) -> str:
    """Return `text` without surrounding blank lines. Raises `Refused` when it is empty or too long."""
    text = text.replace("\x00", "").strip()
    if not text:
        raise Refused("empty", _("There is nothing to send yet: please write something."))
    if len(text) > LONGEST:
        raise Refused(
            "too_long",
            _("Messages can have %(most)d characters; this one has %(has)d.") % {"most": LONGEST, "has": len(text)},
        )
    return text


def check_pace(recent: Sequence[dt.datetime], now: dt.datetime) -> None:
    """Raise `Refused` when the moments of `recent` messages (newest first) leave no place for another at `now`."""
    inside = [moment for moment in recent if moment > now - WINDOW]
    if len(inside) >= IN_WINDOW:
        _refuse(inside[IN_WINDOW - 1] + WINDOW - now)


def check_edit(edited_at: dt.datetime | None, now: dt.datetime) -> None:
    """Raise `Refused` when the message was edited a moment before `now`."""
    if edited_at and now - edited_at < BETWEEN_EDITS:
        _refuse(edited_at + BETWEEN_EDITS - now)


def _refuse(wait: dt.timedelta) -> None:
    seconds = max(1, math.ceil(wait.total_seconds()))
    raise Refused(
        "too_fast",
        ngettext(
            "That was quick. You can write again in %(seconds)d second.",
            "That was quick. You can write again in %(seconds)d seconds.",
            seconds,
        )
        % {"seconds": seconds},
        retry_after=seconds,
    )
