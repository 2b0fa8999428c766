"""What templates ask about times, always in the reader's zone."""

import datetime as dt

from django import template
from django.utils import timezone

register = template.Library()


@register.filter
def days_after(later: dt.datetime, earlier: dt.datetime) -> int:
    """Return how many dates lie between two moments: a session from 23:00 to 01:00 ends 1 day after its start."""
    return (timezone.localtime(later).date() - timezone.localtime(earlier).date()).days
