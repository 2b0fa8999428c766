"""What a room on a page needs."""

import uuid

from django import template

register = template.Library()


@register.simple_tag
def new_nonce() -> uuid.UUID:
    """Return the number of a message that is yet to be written."""
    return uuid.uuid4()
