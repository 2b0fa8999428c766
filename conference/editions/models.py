import datetime as dt
import secrets
from decimal import Decimal
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conference.common.keys import not_reserved, valid_key
from conference.common.zones import ZoneField


def brand_file(edition: "Edition", filename: str) -> str:
    """Return where a logo or hero image is kept. A new name for each upload, so that browsers may keep it for ever."""
    return f"editions/{edition.slug}/{secrets.token_hex(8)}{PurePosixPath(filename).suffix.lower()}"


class Edition(models.Model):
    """One conference of the series. Almost every row belongs to one."""

    class Phase(models.TextChoices):
        ANNOUNCED = "announced", _("announced")
        OPEN = "open", _("open")
        RUNNING = "running", _("running")
        OVER = "over", _("over")
        ARCHIVE = "archive", _("archive open")

    slug = models.CharField(
        _("slug"),
        max_length=40,
        unique=True,
        validators=[valid_key],
        help_text=_("Its place in addresses, such as 2026. Cannot change later."),
    )
    name = models.CharField(_("name"), max_length=120)
    tagline = models.CharField(
        _("tagline"), max_length=200, blank=True, help_text=_("One line under the name on the landing page.")
    )
    about = models.TextField(
        _("about"), blank=True, help_text=_("Markdown. What to expect; shown on the public landing page.")
    )
    zone = ZoneField(_("time zone"), default="UTC", help_text=_("The venue's zone, such as Africa/Addis_Ababa."))
    starts_on = models.DateField(_("first day"), help_text=_("In the edition's time zone."))
    ends_on = models.DateField(_("last day"))
    opens_at = models.DateTimeField(
        _("portal opens"), null=True, blank=True, help_text=_("From then on the registered can enter. Empty: at once.")
    )
    archive_at = models.DateTimeField(
        _("archive opens"), null=True, blank=True, help_text=_("Empty: two weeks after the last day.")
    )
    phase_override = models.CharField(
        _("phase, by hand"), max_length=10, choices=Phase, blank=True, help_text=_("Empty: computed from the dates.")
    )
    accent_hue = models.PositiveSmallIntegerField(
        _("accent hue"),
        default=255,
        validators=[MaxValueValidator(360)],
        help_text=_("0 to 360, as in OKLCH. Lightness is chosen for legibility."),
    )
    accent_chroma = models.DecimalField(
        _("accent chroma"),
        max_digits=3,
        decimal_places=2,
        default=Decimal("0.13"),
        validators=[MaxValueValidator(Decimal("0.3"))],
    )
    logo = models.ImageField(_("logo"), upload_to=brand_file, blank=True)
    hero = models.ImageField(
        _("hero image"), upload_to=brand_file, blank=True, help_text=_("A wide photograph for the landing page.")
    )
    how_to_register = models.TextField(
        _("how to register"), blank=True, help_text=_("Markdown. Shown to people who are not registered.")
    )
    contact_email = models.EmailField(_("contact address"), blank=True)

    class Meta:
        ordering = ["-starts_on"]
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        constraints = [
            not_reserved("slug", "edition_slug_not_reserved"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="edition_ends_after_start",
                violation_error_message=_("The last day is before the first."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/{self.slug}/"

    @property
    def accent_version(self) -> str:
        """Changes with the accent: browsers keep its style sheet for ever."""
        return f"{self.accent_hue}-{self.accent_chroma}"

    @property
    def logo_address(self) -> str:
        """Where the public gets the logo, or nothing."""
        return self._brand_address(self.logo)

    @property
    def hero_address(self) -> str:
        """Where the public gets the hero image, or nothing."""
        return self._brand_address(self.hero)

    def _brand_address(self, image: models.fields.files.FieldFile) -> str:
        return reverse("edition-file", args=[self.slug, PurePosixPath(image.name or "").name]) if image else ""

    @property
    def tz(self) -> ZoneInfo:
        """The venue's zone."""
        return ZoneInfo(self.zone)

    @property
    def starts_at(self) -> dt.datetime:
        """Midnight at the venue before the first day."""
        return dt.datetime.combine(self.starts_on, dt.time(), self.tz)

    @property
    def ends_at(self) -> dt.datetime:
        """Midnight at the venue after the last day."""
        return dt.datetime.combine(self.ends_on + dt.timedelta(days=1), dt.time(), self.tz)

    @property
    def days(self) -> int:
        """How many days it lasts."""
        return (self.ends_on - self.starts_on).days + 1

    @property
    def day(self) -> int | None:
        """Which of its days this is at the venue, from 1; None before and after."""
        day = (timezone.now().astimezone(self.tz).date() - self.starts_on).days + 1
        return day if 1 <= day <= self.days else None

    @property
    def archive_opens_at(self) -> dt.datetime:
        """The moment from which what was recorded is public."""
        return self.archive_at or self.ends_at + dt.timedelta(weeks=2)

    @property
    def phase(self) -> str:
        """The phase of this moment: by hand, else by the dates."""
        if self.phase_override:
            return self.phase_override
        now = timezone.now()
        if now >= self.archive_opens_at:
            return self.Phase.ARCHIVE
        if now >= self.ends_at:
            return self.Phase.OVER
        if now >= self.starts_at:
            return self.Phase.RUNNING
        return self.Phase.OPEN if self.opens_at is None or now >= self.opens_at else self.Phase.ANNOUNCED

    def get_phase_display(self) -> str:
        """Return the phase in the reader's language."""
        return str(self.Phase(self.phase).label)


class FaqSection(models.Model):
    """A heading of the help pages."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="faq_sections", verbose_name=_("edition"))
    title = models.CharField(_("title"), max_length=120)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("FAQ section")
        verbose_name_plural = _("FAQ sections")
        constraints = [models.UniqueConstraint(fields=["edition", "title"], name="faq_section_once")]

    def __str__(self) -> str:
        return self.title


class FaqEntry(models.Model):
    """A question and its answer."""

    section = models.ForeignKey(FaqSection, models.CASCADE, related_name="entries", verbose_name=_("section"))
    question = models.CharField(_("question"), max_length=300)
    answer = models.TextField(_("answer"), help_text=_("Markdown."))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("FAQ entry")
        verbose_name_plural = _("FAQ entries")
        constraints = [models.UniqueConstraint(fields=["section", "question"], name="faq_question_once")]

    def __str__(self) -> str:
        return self.question


class CommitteeMember(models.Model):
    """A person of the committee, as the landing page names them."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="committee", verbose_name=_("edition"))
    role = models.CharField(_("role"), max_length=120)
    name = models.CharField(_("name"), max_length=150)
    affiliation = models.CharField(_("affiliation"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("committee member")
        verbose_name_plural = _("committee")
        constraints = [models.UniqueConstraint(fields=["edition", "role", "name"], name="committee_member_once")]

    def __str__(self) -> str:
        return f"{self.name} ({self.role})"
