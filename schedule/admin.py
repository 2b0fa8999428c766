from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey, QuerySet, URLField
from django.forms import BaseInlineFormSet, ModelChoiceField, ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from conference.audit.base_admin import BaseModelAdmin, ImportingAdmin, ReadOnlyAdmin
from schedule import services
from schedule.forms import SessionForm
from schedule.models import ChangeLog, Session, Speaker
from schedule.resources import SessionResource


@admin.register(Session)
class SessionAdmin(ImportingAdmin):
    """Moving, cancelling and renaming: every open page knows within seconds."""

    form = SessionForm
    resource_classes = [SessionResource]
    formfield_overrides = {URLField: {"assume_scheme": "https"}}
    list_display = ["title", "kind", "starts_at", "ends_at", "place", "is_cancelled", "edition", "parent"]
    list_filter = ["edition", "kind", "is_cancelled", ("parent", admin.EmptyFieldListFilter)]
    search_fields = ["title", "key", "track", "organizers"]
    ordering = ["edition", "starts_at", "id"]
    autocomplete_fields = ["parent"]
    readonly_fields = ["sequence"]
    fieldsets = [
        (None, {"fields": ["edition", ("title", "key"), ("kind", "track"), "description"]}),
        (_("When and where"), {"fields": [("starts_at", "ends_at"), "place", "is_cancelled", "why"]}),
        (
            _("Who and what"),
            {"fields": ["speaker_lines", "organizers", "paper_lines", "website", "parent", "sequence"]},
        ),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Session | None = None) -> list[str]:
        return [*self.readonly_fields, "edition"] if obj else list(self.readonly_fields)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Session]:
        return super().get_queryset(request).select_related("edition", "parent")

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField | None:
        if db_field.name == "parent":
            kwargs["queryset"] = Session.objects.filter(parent=None)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_with(self, request: HttpRequest, obj: Session, form: ModelForm, *, change: bool) -> Session:
        given = {name: value for name, value in self.changed(form).items() if name in services.SESSION_FIELDS}
        if not change:
            return services.create_session(edition=form.cleaned_data["edition"], values=given)
        why = form.cleaned_data["why"]
        services.change_session(session=obj, values=given, actor=request.user, why=why)
        return obj

    def save_related(
        self,
        request: HttpRequest,
        form: ModelForm,
        formsets: Sequence[BaseInlineFormSet],
        change: bool,  # noqa: FBT001 - Django's
    ) -> None:
        services.set_speakers(session=form.instance, speakers=form.cleaned_data["speakers"])
        services.set_slots(session=form.instance, lines=form.cleaned_data["slots"])

    def delete_with(self, request: HttpRequest, obj: Session) -> None:
        services.delete_session(session=obj)


@admin.register(Speaker)
class SpeakerAdmin(BaseModelAdmin):
    list_display = ["name", "affiliation", "key", "edition"]
    list_filter = ["edition"]
    list_select_related = ["edition"]
    search_fields = ["name", "key", "affiliation"]
    fields = ["edition", ("name", "key"), "affiliation", "bio"]

    def get_readonly_fields(self, request: HttpRequest, obj: Speaker | None = None) -> list[str]:
        return ["edition"] if obj else []

    def save_with(self, request: HttpRequest, obj: Speaker, form: ModelForm, *, change: bool) -> Speaker:
        given = {name: value for name, value in self.changed(form).items() if name in services.SPEAKER_FIELDS}
        return services.save_speaker(edition=obj.edition, values=given, speaker=obj if change else None)


@admin.register(ChangeLog)
class ChangeLogAdmin(ReadOnlyAdmin):
    """What changed, who did it and why; written by the services."""

    list_display = ["session", "what", "who", "why", "created_at", "published_at"]
    list_filter = ["session__edition", "what", ("published_at", admin.EmptyFieldListFilter)]
    list_select_related = ["session", "who"]
    search_fields = ["session__title", "session__key", "why"]
    fields = ["session", "sequence", "what", "before", "after", "who", "why", "created_at", "published_at"]
