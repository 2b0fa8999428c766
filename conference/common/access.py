"""Who may use a view: every page, API view and socket command says so, and what says nothing is refused.

A declaration only names a kind of reader. The gate (`conference/people/gate.py`) decides whether the person at
the door is one, before the view or any look-up runs.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Access:
    """A kind of reader. `role` is set only by `role()`: one of `people.EditionRole.Role`."""

    name: str
    role: str = ""

    def __call__(self, view: Callable) -> Callable:
        """Declare `view` (a function, or what `as_view()` returned) as open to this kind of reader."""
        view.access = self
        return view


PUBLIC = Access("public")  # anybody
SIGNED_IN = Access("signed in")  # anybody with an account
ADMITTED = Access("admitted")  # a confirmed registration in the edition of the address, or a role in it
STAFF = Access("staff")  # may enter Django admin


def role(name: str) -> Access:
    """Return the declaration for people who hold the role `name` in the edition of the address."""
    return Access(f"role {name}", role=name)


def declared(view: Callable) -> Access | None:
    """Return what `view` declares, or None. Class-based and DRF views may declare on their class."""
    for holder in (view, getattr(view, "view_class", None), getattr(view, "cls", None)):
        found = getattr(holder, "access", None)
        if isinstance(found, Access):
            return found
    return None
