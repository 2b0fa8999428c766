"""All addresses of the site, with what an example of each looks like."""

import re
from types import SimpleNamespace

from django.urls import URLPattern, URLResolver, get_resolver

EXAMPLES = {"edition": "2031", "key": "B1", "token": "AAAA", "pk": "1", "seq": "1", "sequence": "1", "name": "a.png"}


def views(patterns=None, prefix="", namespaces=()):
    """Yield each view of the URLconf: its route, callback, name and namespaces (as `gate.declaration_of` wants it)."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from views(entry.url_patterns, route, inner)
        elif isinstance(entry, URLPattern):
            yield SimpleNamespace(route=route, func=entry.callback, name=entry.name, namespaces=list(namespaces))


def example(route):
    """Return an address that `route` matches; None where we know no value for one of its parts."""
    if "(?P" in route:
        route = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<str:\1>", route).replace("\\.", ".").replace("/?$", "/")
    route = re.sub(r"[\^$]|\\Z", "", route)
    parts = re.findall(r"<(?:\w+:)?(\w+)>", route)
    if not set(parts) <= set(EXAMPLES):
        return None
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: EXAMPLES[found[1]], route)
