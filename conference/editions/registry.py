"""What higher floors put on the pages of an edition, handed in by `AppConfig.ready`.

An entry is called with the request and the edition, and returns the name of a template and its context, or None where it
has nothing to show. The template's outermost element is one `<section class="card">`; `card--wide` takes the full width.
"""

from collections.abc import Callable

from django.http import HttpRequest

from conference.common.registry import Registry
from conference.editions.models import Edition

Part = Callable[[HttpRequest, Edition], tuple[str, dict[str, object]] | None]

HOME_CARDS: Registry[Part] = Registry()  # of the admitted reader's home page
LANDING_PARTS: Registry[Part] = Registry()  # of the public landing page: must show nothing that is not public
