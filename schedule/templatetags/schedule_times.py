"""What templates ask about times, always in the reader's zone."""

import datetime as dt

from django import template
from django.utils import timezone

register = template.Library()


@register.filter
def seconds(moment: dt.datetime | None) -> str:
    """Return a moment as scripts count: seconds since 1970; empty for none."""
    return str(int(moment.timestamp())) if moment else ""


@register.filter
def days_after(later: dt.datetime, earlier: dt.datetime) -> int:
    """Return how many dates lie between two moments: a session from 23:00 to 01:00 ends 1 day after its start."""
    return (timezone.localtime(later).date() - timezone.localtime(earlier).date()).days
