"""How django-allauth fits into the portal: mails through the outbox, redirects to our own paths only."""

from collections.abc import Iterable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.http import HttpRequest

from conference.accounts.models import User
from conference.common.redirects import is_own_path
from conference.live.publish import look_again_on_commit
from conference.mail.services import queue_mail
from conference.people.tokens import new_token


class AccountAdapter(DefaultAccountAdapter):
    """Mails, redirects and the client's address."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put a mail into the outbox, with our own text: `templates/mail/account/`."""
        user = context.get("user")
        queue_mail(
            template=f"account/{template_prefix.rpartition('/')[2]}",
            recipient=email,
            user=user if isinstance(user, User) else None,
            context={"email": email, **context},
            once=f"account:{new_token()}",
            has_secret="code" in context,
        )

    def is_safe_url(self, url: str | None) -> bool:
        """Redirect to paths of this site only."""
        return bool(url) and is_own_path(str(url))

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that the trusted proxies saw; who came past them is known by the connection's own."""
        try:
            return super().get_client_ip(request)
        except ImproperlyConfigured:
            return request.META["REMOTE_ADDR"]


class SessionsAdapter(DefaultUserSessionsAdapter):
    """Ending a session closes its sockets too."""

    def end_sessions(self, sessions: Iterable[UserSession]) -> None:
        """End the sessions, which are all of the reader's."""
        with transaction.atomic():
            super().end_sessions(sessions)
            look_again_on_commit(context.request.user.key)
