"""What django-allauth leaves to us when it verifies an address."""

from allauth.account.authentication import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.dispatch import receiver
from django.http import HttpRequest

from conference.accounts.services import drop_password


@receiver(email_confirmed)
def drop_a_strangers_password(request: HttpRequest, email_address: EmailAddress, **_kwargs: object) -> None:
    """Remove the password of an account whose first login is by mailed code.

    Anybody can sign up with an address that is not theirs, and wait for its owner to prove it by logging in by code.
    """
    user = email_address.user
    by_code = any(record["method"] == "code" for record in get_authentication_records(request, user))
    if by_code and user.last_login is None:
        drop_password(user=user)
