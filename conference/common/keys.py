"""Public names of rows: random or natural, never the serial key: addresses outlive imports and tell no counts."""

import secrets

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # no letters or digits that are mistaken for each other

# Words that are addresses of their own and so can be no edition's slug and no row's key.
RESERVED = (
    "accounts",
    "admin",
    "announcements",
    "api",
    "blog",
    "calendar",
    "call",
    "changes",
    "chairs",
    "chat",
    "code-of-conduct",
    "dev",
    "docs",
    "files",
    "healthz",
    "help",
    "jobs",
    "keynotes",
    "map",
    "me",
    "media",
    "mine",
    "pages",
    "papers",
    "people",
    "propose",
    "readyz",
    "register",
    "report",
    "review",
    "schedule",
    "schema",
    "socials",
    "sponsors",
    "static",
    "styleguide",
    "themes",
    "workshops",
    "ws",
    "zone",
)

valid_key = RegexValidator(
    r"^[A-Za-z0-9][A-Za-z0-9._-]*$",
    _("Use letters, digits, dots, hyphens and underscores, beginning with a letter or digit."),
)


def random_key() -> str:
    """Return ten random characters: 49 bits, for an address that cannot be guessed by counting."""
    return "".join(secrets.choice(ALPHABET) for _i in range(10))


class KeyField(models.CharField):
    """A row's public name in addresses; random unless given."""

    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("max_length", 64)
        kwargs.setdefault("default", random_key)
        kwargs.setdefault("validators", [valid_key])
        kwargs.setdefault("verbose_name", _("key"))
        super().__init__(**kwargs)


def not_reserved(field: str, name: str) -> models.CheckConstraint:
    """Return the constraint, called `name`, that keeps reserved words out of `field`."""
    return models.CheckConstraint(
        condition=~models.Q(**{f"{field}__in": RESERVED}),
        name=name,
        violation_error_message=_("This word is an address of the site itself. Please choose another."),
    )
