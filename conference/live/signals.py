"""What ends a person's sockets at once: a session that ends, a password or an account that changes.

Whatever is not heard here, or lost with Redis, is found by the hub's own look within 30 s.
"""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models.signals import post_delete, post_save
from django.utils import timezone

from conference.accounts.models import User
from conference.live.publish import look_again_on_commit


def connect() -> None:
    """Listen from now on."""
    post_delete.connect(_session_ended, sender=Session, dispatch_uid="live.session_ended")
    post_save.connect(_account_changed, sender=User, dispatch_uid="live.account_changed")


def _session_ended(instance: Session, **_rest: Any) -> None:
    if instance.expire_date <= timezone.now():
        return  # old ones are cleared by the thousand; nobody is behind them
    person = instance.get_decoded().get(SESSION_KEY)
    key = User.objects.filter(pk=person).values_list("key", flat=True).first() if person else None
    if key:
        look_again_on_commit(key)


def _account_changed(instance: User, *, created: bool, update_fields: frozenset[str] | None, **_rest: Any) -> None:
    if not created and update_fields != {"last_login"}:
        look_again_on_commit(instance.key)
