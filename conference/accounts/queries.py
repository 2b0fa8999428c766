from collections.abc import Collection

from allauth.account.models import EmailAddress

from conference.accounts.models import User


def accounts_by_address(emails: Collection[str]) -> dict[str, tuple[User, bool]]:
    """Return the accounts of `emails` (in lower case), and whether their owner has proved the address. Two queries."""
    verified = set(EmailAddress.objects.filter(email__in=emails, verified=True).values_list("user_id", flat=True))
    return {user.email: (user, user.pk in verified) for user in User.objects.filter(email__in=emails)}


def is_verified(user: User) -> bool:
    """Tell whether the account's owner has proved its address."""
    return EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists()
