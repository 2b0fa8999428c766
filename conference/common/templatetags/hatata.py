"""What every template may use: icons, Markdown, times, the names of time zones."""

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from conference.common.markdown import render
from conference.common.zones import is_zone, offset_label

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """Return the icon `name` of tools/icons.txt. It says nothing to a screen reader: the text beside it has to."""
    return format_html(
        '<svg class="icon" aria-hidden="true" width="20" height="20"><use href="{}#{}"></use></svg>',
        static("vendor/icons.svg"),
        name,
    )


@lru_cache(maxsize=512)
def _rendered(text: str) -> SafeString:
    return SafeString(render(text))  # safe: the renderer sanitises what it returns


@register.filter
def markdown(text: str) -> SafeString:
    """Render text that an organizer or a reader wrote in Markdown."""
    return _rendered(text)


@register.simple_tag
def moment(at: dt.datetime, venue: str, form: str = "D j M, H:i") -> SafeString:
    """Return a moment in the reader's zone, with the time at the `venue` (a zone) as title. `form` is Django's."""
    return _moment(at, timezone.get_current_timezone(), venue, form, get_language())


@lru_cache(maxsize=4096)
def _moment(at: dt.datetime, zone: dt.tzinfo, venue: str, form: str, _language: str | None) -> SafeString:
    return format_html(
        '<time datetime="{}" title="{} {}">{}</time>',
        f"{at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}",
        date_format(at.astimezone(ZoneInfo(venue)), "D j M Y, H:i"),
        venue,
        date_format(at.astimezone(zone), form),
    )


@register.filter
def zone_city(name: str) -> str:
    """Return the part of a zone's name that people know: "Addis Ababa" of "Africa/Addis_Ababa"."""
    return name.rpartition("/")[2].replace("_", " ")


@register.filter
def zone_offset(name: str) -> str:
    """Return the zone's offset of this moment: "UTC+05:30"."""
    return offset_label(name, timezone.now()) if is_zone(name) else ""
