"""What every template may use: icons, Markdown, the names of time zones."""

from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

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


@register.filter
def zone_city(name: str) -> str:
    """Return the part of a zone's name that people know: "Addis Ababa" of "Africa/Addis_Ababa"."""
    return name.rpartition("/")[2].replace("_", " ")


@register.filter
def zone_offset(name: str) -> str:
    """Return the zone's offset of this moment: "UTC+05:30"."""
    return offset_label(name, timezone.now()) if is_zone(name) else ""
