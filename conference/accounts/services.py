from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from conference.accounts.models import User
from conference.common.refused import Refused


@transaction.atomic
def create_account(*, email: str, name: str, password: str | None = None, is_verified: bool = False) -> User:
    """Make an account and return it. Without a password its owner logs in by mailed code.

    `is_verified`: the address is known to be the person's; else they prove it when they first log in.
    Raises `Refused` where there is an account with this address.
    """
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, password, name=name.strip())
    except IntegrityError as taken:
        raise Refused("email_taken", _("There is an account with this address.")) from taken
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=is_verified)
    return user


@transaction.atomic
def take_possession(*, user: User, password: str | None) -> None:
    """Note that the person at the door has proved that the account's address is theirs.

    Replaces the password, by none where none is given: it may be that of somebody who signed up with this address
    before its owner came.
    """
    user.set_password(password)
    user.save(update_fields=["password"])
    EmailAddress.objects.filter(user=user, primary=True).exclude(email=user.email).update(primary=False)
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})


@transaction.atomic
def drop_password(*, user: User) -> None:
    """Leave the account without a password: its owner logs in by mailed code until they set one."""
    user.set_unusable_password()
    user.save(update_fields=["password"])
