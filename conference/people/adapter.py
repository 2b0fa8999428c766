"""How django-allauth fits into the portal: mails through the outbox, redirects to our own paths only."""

from collections.abc import Iterable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from conference.accounts.browsers import browser_name
from conference.accounts.models import User
from conference.common.redirects import is_own_path
from conference.live.publish import look_again_on_commit
from conference.mail.services import queue_mail
from conference.people.tokens import new_token

LONGEST_ADDRESS = 254  # characters (RFC 5321)


class AccountAdapter(DefaultAccountAdapter):
    """Mails, redirects and the client's address."""

    def clean_email(self, email: str) -> str:
        """Refuse an address that no mail server takes, which would be cut off where it is kept."""
        if len(email) > LONGEST_ADDRESS:
            raise ValidationError(_("This address is too long."))
        return super().clean_email(email)

    def send_account_already_exists_mail(self, email: str) -> None:
        """Tell the owner; take as long as for a new account, whose password is hashed: time would tell them apart."""
        make_password(email)
        super().send_account_already_exists_mail(email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put a mail into the outbox, with our own text: `templates/mail/account/`."""
        if len(email) > LONGEST_ADDRESS:  # asked for by somebody without an account; nobody reads mail there
            return
        user = context.get("user")
        if "user_agent" in context:
            context = context | {"user_agent": browser_name(context["user_agent"])}
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
