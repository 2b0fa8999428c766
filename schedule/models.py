import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from conference.common.keys import KeyField, not_reserved
from conference.editions.models import Edition
from papers.models import Paper


class Speaker(models.Model):
    """A person who speaks in sessions."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="speakers", verbose_name=_("edition"))
    key = KeyField()
    name = models.CharField(_("name"), max_length=200)
    affiliation = models.CharField(_("affiliation"), max_length=300, blank=True)
    bio = models.TextField(_("biography"), blank=True, help_text=_("Markdown."))

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("speaker")
        verbose_name_plural = _("speakers")
        constraints = [models.UniqueConstraint(fields=["edition", "key"], name="speaker_key_once")]

    def __str__(self) -> str:
        return self.name


class Session(models.Model):
    """Anything in the schedule. Cancelled ones stay, so that calendars and people can be told."""

    class Kind(models.TextChoices):
        KEYNOTE = "keynote", _("keynote")
        ORAL = "oral", _("talks")
        POSTER = "poster", _("poster session")
        QA = "qa", _("live Q&A")
        TUTORIAL = "tutorial", _("tutorial")
        WORKSHOP = "workshop", _("workshop")
        SOCIAL = "social", _("social")
        EXPO = "expo", _("expo")
        BREAK = "break", _("break")
        OTHER = "other", _("other")

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="sessions", verbose_name=_("edition"))
    key = KeyField()
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.OTHER)
    title = models.CharField(_("title"), max_length=300)
    description = models.TextField(_("description"), blank=True, help_text=_("Markdown."))
    starts_at = models.DateTimeField(
        _("start"),
        null=True,
        blank=True,
        help_text=_("In your time zone, the one in the header of the site. Empty: not yet placed in the schedule."),
    )
    ends_at = models.DateTimeField(_("end"), null=True, blank=True)
    track = models.CharField(_("track"), max_length=120, blank=True)
    place = models.CharField(_("place"), max_length=120, blank=True, help_text=_("A room on site; empty: online."))
    website = models.URLField(_("website"), max_length=500, blank=True)
    parent = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("part of"),
        help_text=_("A workshop holds its own timetable."),
    )
    organizers = models.CharField(_("organizers"), max_length=500, blank=True, help_text=_("Names, as shown."))
    speakers = models.ManyToManyField(
        Speaker, through="SessionSpeaker", related_name="sessions", verbose_name=_("speakers")
    )
    papers = models.ManyToManyField(Paper, through="Slot", related_name="sessions", verbose_name=_("papers"))
    is_cancelled = models.BooleanField(_("cancelled"), default=False)
    sequence = models.PositiveIntegerField(
        default=0, editable=False, help_text=_("Grows with every change, as calendars want it.")
    )
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        ordering = ["starts_at", "id"]
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        constraints = [
            models.UniqueConstraint(fields=["edition", "key"], name="session_key_once"),
            not_reserved("key", "session_key_not_reserved"),
            models.CheckConstraint(
                condition=Q(starts_at=None, ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="session_ends_after_start",
                violation_error_message=_("The end has to be after the start."),
            ),
        ]
        indexes = [models.Index(fields=["edition", "starts_at"], name="session_by_time")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/{self.edition.slug}/schedule/{self.key}/"

    @property
    def span(self) -> tuple[dt.datetime, dt.datetime] | None:
        """From when to when; None without a fixed time."""
        return (self.starts_at, self.ends_at) if self.starts_at and self.ends_at else None


class SessionSpeaker(models.Model):
    """A speaker's place in a session."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="speaking", verbose_name=_("session"))
    speaker = models.ForeignKey(Speaker, models.CASCADE, related_name="speaking", verbose_name=_("speaker"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("speaker of a session")
        verbose_name_plural = _("speakers of a session")
        constraints = [models.UniqueConstraint(fields=["session", "speaker"], name="session_speaker_once")]

    def __str__(self) -> str:
        return f"{self.speaker}"


class Slot(models.Model):
    """A paper's place in a session. Its time is the session's, unless it has its own."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="slots", verbose_name=_("session"))
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="slots", verbose_name=_("paper"))
    position = models.PositiveSmallIntegerField(_("order or board"), default=0)
    starts_at = models.DateTimeField(_("own start"), null=True, blank=True, help_text=_("Empty: with the session."))
    ends_at = models.DateTimeField(_("own end"), null=True, blank=True)

    class Meta:
        ordering = ["session", "position", "id"]
        verbose_name = _("slot")
        verbose_name_plural = _("slots")
        constraints = [
            models.UniqueConstraint(fields=["session", "paper"], name="slot_once"),
            models.CheckConstraint(
                condition=Q(starts_at=None, ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="slot_ends_after_start",
                violation_error_message=_("The end has to be after the start."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paper} – {self.session}"

    @property
    def begins_at(self) -> dt.datetime | None:
        """When the paper is presented: its own time, else the session's."""
        return self.starts_at or self.session.starts_at

    @property
    def finishes_at(self) -> dt.datetime | None:
        """When that ends."""
        return self.ends_at or self.session.ends_at


class ChangeLog(models.Model):
    """What changed in the schedule, who did it and why. Published to open pages once (`published_at`).

    A session and its `sequence` name a change in public; several rows share them where several things changed at once.
    """

    class What(models.TextChoices):
        MOVED = "moved", _("moved")
        CANCELLED = "cancelled", _("cancelled")
        RESTORED = "restored", _("takes place after all")
        RETITLED = "retitled", _("new title")
        PLACE = "place", _("new place")

    session = models.ForeignKey(Session, models.CASCADE, related_name="changes", verbose_name=_("session"))
    sequence = models.PositiveIntegerField(
        _("change of the session"), editable=False, help_text=_("The session's own count of changes at this one.")
    )
    what = models.CharField(_("what"), max_length=10, choices=What)
    before = models.JSONField(_("before"), default=dict)
    after = models.JSONField(_("after"), default=dict)
    who = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("who")
    )
    why = models.CharField(_("why"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("when"), auto_now_add=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("schedule change")
        verbose_name_plural = _("schedule changes")
        constraints = [models.UniqueConstraint(fields=["session", "sequence", "what"], name="schedule_change_once")]
        indexes = [models.Index(fields=["id"], name="change_unpublished", condition=Q(published_at=None))]

    def __str__(self) -> str:
        return f"{self.session}: {self.get_what_display()}"
