"""IANA time zones: the field, the list of them, and what counts as one."""

import datetime as dt
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


@cache
def zone_names() -> frozenset[str]:
    """Return the names that a person may choose: places and `UTC`, without the system's own entries."""
    return frozenset(name for name in available_timezones() if "/" in name or name == "UTC")


def is_zone(name: str) -> bool:
    """Tell whether `name` is an IANA zone that we offer."""
    return name in zone_names()


def validate_zone(name: str) -> None:
    """Raise `ValidationError` unless `name` is an IANA zone."""
    if not is_zone(name):
        raise ValidationError(
            _("%(zone)s is not a time zone we know. Try a city, such as Africa/Lagos."), params={"zone": name}
        )


class ZoneField(models.CharField):
    """The name of an IANA time zone."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs.setdefault("max_length", 64)
        kwargs["validators"] = [validate_zone]
        super().__init__(*args, **kwargs)


def offset_label(name: str, at: dt.datetime) -> str:
    """Return the offset of zone `name` at the moment `at` as people write it: "UTC+05:30"."""
    offset = at.astimezone(ZoneInfo(name)).strftime("%z")
    return f"UTC{offset[:3]}:{offset[3:5]}"
