from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from chat import services
from chat.models import Message, Room
from conference.audit.base_admin import BaseModelAdmin, ReadOnlyAdmin


@admin.register(Room)
class RoomAdmin(BaseModelAdmin):
    """Rooms come and go with what owns them; here they are found, and closed."""

    list_display = ["name", "kind", "edition", "last_seq", "is_closed"]
    list_filter = ["edition", "kind", "is_closed"]
    list_select_related = ["edition"]
    search_fields = ["name", "key"]
    fields = ["name", "edition", "kind", "key", "last_seq", "is_closed"]
    readonly_fields = ["name", "edition", "kind", "key", "last_seq"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Room | None = None) -> bool:
        return False

    def save_with(self, request: HttpRequest, obj: Room, form: ModelForm, *, change: bool) -> Room:
        services.close_room(room=obj, is_closed=form.cleaned_data["is_closed"])
        return obj


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """Words are their author's: staff read them, and delete what has to go."""

    list_display = ["excerpt", "author", "room", "created_at", "is_gone"]
    list_filter = ["room__edition", "created_at", ("deleted_at", admin.EmptyFieldListFilter)]
    search_fields = ["text", "author__name", "author__email", "room__name"]
    ordering = ["-id"]
    fields = ["room", "seq", "author", "text", "created_at", "edited_at", "deleted_at"]

    @admin.display(description=_("message"))
    def excerpt(self, message: Message) -> str:
        """Return its beginning."""
        return Truncator(message.text).chars(90) or "–"

    @admin.display(description=_("deleted"), boolean=True, ordering="deleted_at")
    def is_gone(self, message: Message) -> bool:
        """Tell whether it was deleted."""
        return message.is_deleted

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        return super().get_queryset(request).select_related("room__edition", "author")

    def has_delete_permission(self, request: HttpRequest, obj: Message | None = None) -> bool:
        return request.user.has_perm("chat.delete_message")

    def delete_with(self, request: HttpRequest, obj: Message) -> None:
        services.delete_message(message=obj, actor=request.user)
