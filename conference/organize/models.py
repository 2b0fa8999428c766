from django.db import models
from django.utils.translation import gettext_lazy as _

from conference.editions.models import Edition


class ImportedValues(models.Model):
    """What the last import said about one row, so that the next one writes only what changed in the file.

    A field that an organizer changed by hand keeps its value until the file itself says something new.
    """

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="imported_values", verbose_name=_("edition"))
    kind = models.CharField(_("kind"), max_length=30)
    key = models.CharField(_("key"), max_length=300)
    values = models.JSONField(_("values"))

    class Meta:
        verbose_name = _("imported values")
        verbose_name_plural = _("imported values")
        constraints = [models.UniqueConstraint(fields=["edition", "kind", "key"], name="imported_values_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
