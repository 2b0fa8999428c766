"""A change of the schedule in a sentence, with times in the zone that is active."""

import datetime as dt

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from schedule.models import ChangeLog

A_WEEK = dt.timedelta(days=6)  # beyond this the name of a weekday says too little


def describe(change: ChangeLog) -> str:
    """Return what a reader is told, such as "Poster session 3 moved: now Tue 14:00 (was 13:00)"."""
    what, title = change.what, change.session.title
    if what == ChangeLog.What.MOVED:
        return _describe_move(title, change.before, change.after)
    if what == ChangeLog.What.RETITLED:
        return _("“%(before)s” is now called “%(after)s”") % {
            "before": change.before["title"],
            "after": change.after["title"],
        }
    if what == ChangeLog.What.PLACE:
        return _("%(title)s has a new place: %(now)s (was %(was)s)") % {
            "title": title,
            "now": change.after["place"] or _("online"),
            "was": change.before["place"] or _("online"),
        }
    if what == ChangeLog.What.CANCELLED:
        return _("%(title)s is cancelled") % {"title": title}
    return _("%(title)s takes place after all") % {"title": title}


def _describe_move(title: str, before: dict, after: dict) -> str:
    start, end = _moment(after["starts_at"]), _moment(after["ends_at"])
    old_start, old_end = _moment(before["starts_at"]), _moment(before["ends_at"])
    if start is None:
        return _("%(title)s has no time at present (was %(was)s)") % {"title": title, "was": _day_and_hour(old_start)}
    if old_start is None:
        return _("%(title)s has a time: %(now)s") % {"title": title, "now": _day_and_hour(start)}
    if start == old_start:
        return _("%(title)s ends at another time: %(now)s (was %(was)s)") % {
            "title": title,
            "now": _day_and_hour(end),
            "was": _relative(old_end, end),
        }
    return _("%(title)s moved: now %(now)s (was %(was)s)") % {
        "title": title,
        "now": _day_and_hour(start, near=old_start),
        "was": _relative(old_start, start),
    }


def _moment(text: str | None) -> dt.datetime | None:
    return timezone.localtime(dt.datetime.fromisoformat(text)) if text else None


def _day_and_hour(moment: dt.datetime, near: dt.datetime | None = None) -> str:
    far = near is not None and abs(moment - near) > A_WEEK
    return date_format(moment, "D j M H:i" if far else "D H:i")


def _relative(old: dt.datetime, new: dt.datetime) -> str:
    """Return the hour alone where the date stays."""
    return date_format(old, "H:i") if old.date() == new.date() else _day_and_hour(old, near=new)
