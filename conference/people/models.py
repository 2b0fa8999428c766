from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conference.common.zones import ZoneField
from conference.editions.models import Edition


class Profile(models.Model):
    """What a person chose for themselves, for all editions."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="profile", verbose_name=_("account")
    )
    zone = ZoneField(_("time zone"), blank=True)
    zone_is_chosen = models.BooleanField(
        _("time zone was chosen"), default=False, help_text=_("Else it is what the browser says, and follows it.")
    )

    class Meta:
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")

    def __str__(self) -> str:
        return str(self.user)


class Registration(models.Model):
    """A person's admission to an edition."""

    class Status(models.TextChoices):
        INVITED = "invited", _("invited")
        CONFIRMED = "confirmed", _("confirmed")
        CANCELLED = "cancelled", _("cancelled")

    class Source(models.TextChoices):
        IMPORT = "import", _("import")
        ADMIN = "admin", _("added by hand")
        DEMO = "demo", _("demo")

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="registrations", verbose_name=_("edition"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="registrations", verbose_name=_("account")
    )
    ticket = models.CharField(_("ticket type"), max_length=60, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.INVITED)
    source = models.CharField(_("source"), max_length=10, choices=Source)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "user"],
                name="registration_once",
                violation_error_message=_("This person is already on the list of this edition."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.edition}"


class Invitation(models.Model):
    """The one-use link by which a new person enters. Only a hash of its token is kept."""

    registration = models.ForeignKey(
        Registration, models.CASCADE, related_name="invitations", verbose_name=_("registration")
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField(_("valid until"))
    used_at = models.DateTimeField(_("used"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return str(self.registration)

    @property
    def is_usable(self) -> bool:
        """Whether the link still lets in."""
        return self.used_at is None and timezone.now() < self.expires_at


class EditionRole(models.Model):
    """What a person does for an edition besides attending it."""

    class Role(models.TextChoices):
        ORGANIZER = "organizer", _("organizer")
        PROGRAMME_CHAIR = "programme_chair", _("programme chair")
        BLOG_CHAIR = "blog_chair", _("blog chair")
        REVIEWER = "reviewer", _("reviewer")
        SAFETY = "safety", _("safety team")
        VOLUNTEER = "volunteer", _("volunteer")
        HOST = "host", _("host")

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="roles", verbose_name=_("edition"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="edition_roles", verbose_name=_("account")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)

    class Meta:
        ordering = ["edition", "role", "id"]
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [models.UniqueConstraint(fields=["edition", "user", "role"], name="edition_role_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"
