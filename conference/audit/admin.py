from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from conference.audit import queries
from conference.audit.base_admin import ReadOnlyAdmin
from conference.audit.models import Entry


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    list_display = ["at", "who", "action", "target", "edition_slug"]
    list_filter = ["at", "edition_slug"]
    search_fields = ["actor_key", "action", "target"]
    search_help_text = _("Key of an account, action or target.")
    fields = ["at", "who", "actor_key", "action", "target", "edition_slug", "details", "hash"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        return queries.with_actor_names(super().get_queryset(request))

    @admin.display(description=_("who"))
    def who(self, entry: Entry) -> str:
        return entry.actor_name or entry.actor_key or str(_("the system"))
