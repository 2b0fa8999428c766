from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One act of an organizer, chair or safety team member. Append-only: a trigger forbids update and delete.

    Holds random keys instead of names and foreign keys, and a hash over itself and the entry before it.
    """

    at = models.DateTimeField(_("time"), default=timezone.now, editable=False)
    actor_key = models.CharField(
        _("who"), max_length=64, blank=True, help_text=_("Key of the account; empty: the system.")
    )
    action = models.CharField(_("action"), max_length=64)
    edition_slug = models.CharField(_("edition"), max_length=64, blank=True)
    target = models.CharField(
        _("on what"), max_length=128, blank=True, help_text=_("Kind and key, such as session:k3v9.")
    )
    details = models.JSONField(_("details"), default=dict)
    previous_hash = models.CharField(max_length=64, editable=False)
    hash = models.CharField(max_length=64, editable=False, unique=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} UTC {self.action}"
