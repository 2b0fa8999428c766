from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Delivery(models.Model):
    """One mail to one recipient. Written in the transaction of what it tells about; a task sends it once.

    A mail that lets in whoever reads it (`has_secret`: a code, an invitation's link) loses its text once it is sent.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    once = models.CharField(
        _("once"),
        max_length=200,
        unique=True,
        help_text=_("Two deliveries of one name cannot exist: a mail is sent once."),
    )
    template = models.CharField(_("template"), max_length=64)
    recipient = models.EmailField(_("to"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("account")
    )
    subject = models.CharField(_("subject"), max_length=250)
    text = models.TextField(_("text"), blank=True)
    has_secret = models.BooleanField(_("holds a secret"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    error = models.CharField(_("last error"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        indexes = [
            models.Index(fields=["due_at"], name="mail_outstanding", condition=models.Q(state="queued")),
        ]

    def __str__(self) -> str:
        return f"{self.template} → {self.recipient}"
