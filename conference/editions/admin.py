from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from conference.audit.base_admin import BaseModelAdmin
from conference.editions import services
from conference.editions.models import CommitteeMember, Edition, FaqEntry, FaqSection


@admin.register(Edition)
class EditionAdmin(BaseModelAdmin):
    list_display = ["name", "slug", "starts_on", "ends_on", "zone", "present_phase"]
    search_fields = ["name", "slug"]
    readonly_fields = ["present_phase"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "tagline", "about", "contact_email", "how_to_register"]}),
        (
            _("Dates"),
            {
                "fields": [
                    "zone",
                    ("starts_on", "ends_on"),
                    "opens_at",
                    "archive_at",
                    "phase_override",
                    "present_phase",
                ]
            },
        ),
        (_("Look"), {"fields": [("accent_hue", "accent_chroma"), "logo", "hero"]}),
    ]

    @admin.display(description=_("phase now"))
    def present_phase(self, edition: Edition) -> str:
        return edition.get_phase_display() if edition.pk else "–"

    def get_readonly_fields(self, request: HttpRequest, obj: Edition | None = None) -> list[str]:
        return [*self.readonly_fields, "slug"] if obj else list(self.readonly_fields)

    def has_delete_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        """Say no: with an edition everything of its papers, talks and conversations would go."""
        return False

    def save_with(self, request: HttpRequest, obj: Edition, form: ModelForm, *, change: bool) -> Edition:
        return services.save_edition(edition=obj if change else None, values=self.changed(form))


class OfEditionAdmin(BaseModelAdmin):
    """A screen over rows that an edition holds in an order."""

    list_filter = ["edition"]
    list_select_related = ["edition"]


@admin.register(FaqSection)
class FaqSectionAdmin(OfEditionAdmin):
    list_display = ["title", "edition", "position"]
    search_fields = ["title"]
    fields = ["edition", "title", "position"]

    def save_with(self, request: HttpRequest, obj: FaqSection, form: ModelForm, *, change: bool) -> FaqSection:
        return services.save_faq_section(section=obj, **form.cleaned_data)


@admin.register(FaqEntry)
class FaqEntryAdmin(BaseModelAdmin):
    list_display = ["question", "section", "edition", "position"]
    list_filter = ["section__edition"]
    list_select_related = ["section__edition"]
    search_fields = ["question", "answer"]
    fields = ["section", "question", "answer", "position"]

    @admin.display(description=_("edition"), ordering="section__edition")
    def edition(self, entry: FaqEntry) -> Edition:
        return entry.section.edition

    def view_on_site(self, obj: FaqEntry) -> str:
        return f"{obj.section.edition.get_absolute_url()}help/"

    def save_with(self, request: HttpRequest, obj: FaqEntry, form: ModelForm, *, change: bool) -> FaqEntry:
        return services.save_faq_entry(entry=obj, **form.cleaned_data)


@admin.register(CommitteeMember)
class CommitteeMemberAdmin(OfEditionAdmin):
    list_display = ["name", "role", "affiliation", "edition", "position"]
    search_fields = ["name", "role", "affiliation"]
    fields = ["edition", "role", "name", "affiliation", "position"]

    def save_with(self, request: HttpRequest, obj: Any, form: ModelForm, *, change: bool) -> CommitteeMember:
        return services.save_committee_member(member=obj, **form.cleaned_data)
