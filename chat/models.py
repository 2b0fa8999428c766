import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conference.common.keys import KeyField
from conference.editions.models import Edition


class Room(models.Model):
    """A chat channel. Its two counters move under the row's lock, in the transaction that writes (docs/live.md)."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="rooms", verbose_name=_("edition"))
    key = KeyField(unique=True)
    kind = models.CharField(
        _("kind"), max_length=20, help_text=_("What owns it, such as paper; decides who may enter.")
    )
    name = models.CharField(_("name"), max_length=300)
    is_closed = models.BooleanField(_("closed"), default=False, help_text=_("Can be read, but nobody can write."))
    last_seq = models.PositiveIntegerField(_("messages"), default=0, editable=False)
    last_change = models.PositiveIntegerField(_("changes"), default=0, editable=False)

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("room")
        verbose_name_plural = _("rooms")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/{self.edition.slug}/chat/{self.key}/"

    @property
    def topic(self) -> str:
        """The room's topic on the socket."""
        return f"room:{self.key}"


class Message(models.Model):
    """What somebody said in a room. `seq` is its place for life, `change` the room's counter at its latest state."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="messages", verbose_name=_("room"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="messages", verbose_name=_("author")
    )
    nonce = models.UUIDField(default=uuid.uuid4, editable=False)
    seq = models.PositiveIntegerField(editable=False)
    change = models.PositiveIntegerField(editable=False)
    text = models.TextField(_("text"), blank=True, help_text=_("Markdown; empty once deleted."))
    html = models.TextField(blank=True, editable=False)
    reply_to = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="replies", verbose_name=_("reply to")
    )
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True)

    class Meta:
        ordering = ["room", "seq"]
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(fields=["room", "seq"], name="message_order"),
            models.UniqueConstraint(fields=["room", "change"], name="message_change"),
            models.UniqueConstraint(fields=["room", "author", "nonce"], name="message_once"),
            models.CheckConstraint(condition=Q(deleted_at=None) | Q(text="", html=""), name="message_deleted_is_empty"),
        ]
        indexes = [
            models.Index(fields=["author", "-created_at"], name="message_recent")
        ]  # the limits ask for it at each send

    def __str__(self) -> str:
        return f"{self.room} #{self.seq}"

    def get_absolute_url(self) -> str:
        return f"{self.room.get_absolute_url()}#message-{self.seq}"

    @property
    def is_deleted(self) -> bool:
        """Its place stays, its words are gone."""
        return self.deleted_at is not None
