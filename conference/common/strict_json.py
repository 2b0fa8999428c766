"""The API's reader of bodies: the same library, and so the same strictness, as at the socket's door."""

from collections.abc import Mapping
from typing import IO, Any

import orjson
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser


class StrictJSONParser(BaseParser):
    """Reads JSON in UTF-8. Half characters, numbers beyond JSON and endless nesting are refused, never a fault."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], _media_type: str | None = None, _context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return what the body says. Raises `ParseError`."""
        try:
            return orjson.loads(stream.read())
        except orjson.JSONDecodeError as problem:
            raise ParseError(_("The body is not JSON.")) from problem
