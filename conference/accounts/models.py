from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conference.common.keys import KeyField


class UserManager(BaseUserManager["User"]):
    """Makes users; addresses are kept in lower case, since people type theirs in any."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        """Make and return a user. Without a password the account can log in by mailed code only."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        """Make and return a user who may do everything in admin."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str) -> "User":
        """Return the user of the address, in any case of letters. Raises `User.DoesNotExist`."""
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account. What we know about them lives in `people`."""

    key = KeyField(unique=True, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(
        _("name"), max_length=150, help_text=_("As it is shown to others. Any form of a name is fine.")
    )
    is_staff = models.BooleanField(_("may enter admin"), default=False)
    is_active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_("Untick instead of deleting an account: the person can no longer log in."),
    )
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique_in_any_case",
                violation_error_message=_("There is an account with this address."),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """Return the display name."""
        return str(self)

    def get_short_name(self) -> str:
        """Return the display name: a name is not ours to shorten."""
        return str(self)
