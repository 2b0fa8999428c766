from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, ForeignKey, QuerySet, URLField
from django.forms import BaseInlineFormSet, ModelChoiceField, ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from conference.audit.base_admin import BaseModelAdmin, ImportingAdmin, ReadOnlyAdmin
from papers import services
from papers.forms import HighlightForm, PaperForm
from papers.models import Authorship, Highlight, Keyword, Paper, Rebuild, Theme
from papers.resources import PaperResource


class AuthorInline(admin.TabularInline):
    model = Authorship
    fields = ["position", "name", "affiliation", "user"]
    readonly_fields = ["user"]  # people claim their place themselves
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Authorship]:
        return super().get_queryset(request).select_related("user")


@admin.register(Paper)
class PaperAdmin(ImportingAdmin):
    form = PaperForm
    resource_classes = [PaperResource]
    inlines = [AuthorInline]
    formfield_overrides = {URLField: {"assume_scheme": "https"}}
    list_display = ["title", "key", "authors", "track", "kind", "theme", "edition"]
    list_filter = ["edition", "track", "kind", "theme"]
    list_select_related = ["edition", "theme"]
    search_fields = ["title", "key", "authors_folded", "keywords_text"]
    fields = [
        "edition",
        ("title", "key"),
        "abstract",
        "keyword_lines",
        ("track", "kind", "theme"),
        ("pdf_url", "code_url"),
        ("demo_url", "forum_url"),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Paper]:
        return super().get_queryset(request).defer("search", "bigrams")

    @admin.display(description=_("authors"))
    def authors(self, paper: Paper) -> str:
        return paper.authors_text

    def get_readonly_fields(self, request: HttpRequest, obj: Paper | None = None) -> list[str]:
        return ["edition"] if obj else []

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField | None:
        if db_field.name == "theme":
            kwargs["queryset"] = Theme.objects.select_related("edition")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_with(self, request: HttpRequest, obj: Paper, form: ModelForm, *, change: bool) -> Paper:
        given = {name: form.cleaned_data[name] for name in services.PAPER_FIELDS if name in form.changed_data}
        keywords = form.cleaned_data["keyword_lines"].splitlines()
        if not change:
            return services.create_paper(edition=form.cleaned_data["edition"], values=given, keywords=keywords)
        services.update_paper(paper=obj, values=given, keywords=keywords)
        return obj

    def delete_with(self, request: HttpRequest, obj: Paper) -> None:
        services.delete_paper(paper=obj)

    def save_related(
        self,
        request: HttpRequest,
        form: ModelForm,
        formsets: Sequence[BaseInlineFormSet],
        change: bool,  # noqa: FBT001 - Django's
    ) -> None:
        for formset in formsets:
            formset.save(commit=False)  # writes nothing; says what changed, for the log
            if formset.has_changed():
                services.set_authors(paper=form.instance, authors=_lines(formset))


def _lines(formset: BaseInlineFormSet) -> list[services.AuthorLine]:
    """Return the authors by the positions that the organizer gave."""
    rows = [form.cleaned_data for form in formset.forms if form.cleaned_data and form.cleaned_data.get("name")]
    kept = sorted((row for row in rows if not row.get("DELETE")), key=lambda row: row["position"])
    return [services.AuthorLine(row["name"], row["affiliation"]) for row in kept]


@admin.register(Theme)
class ThemeAdmin(BaseModelAdmin):
    list_display = ["name", "slug", "edition", "position", "papers"]
    list_filter = ["edition"]
    list_select_related = ["edition"]
    search_fields = ["name", "slug"]
    fields = ["edition", "slug", "name", "position"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Theme]:
        return super().get_queryset(request).annotate(number=Count("papers"))

    @admin.display(description=_("papers"), ordering="number")
    def papers(self, theme: Theme) -> int:
        return vars(theme)["number"]

    def get_readonly_fields(self, request: HttpRequest, obj: Theme | None = None) -> list[str]:
        return ["edition", "slug"] if obj else []

    def save_with(self, request: HttpRequest, obj: Theme, form: ModelForm, *, change: bool) -> Theme:
        return services.save_theme(edition=obj.edition, slug=obj.slug, name=obj.name, position=obj.position)


@admin.register(Keyword)
class KeywordAdmin(ReadOnlyAdmin):
    """What authors gave; it changes with their papers."""

    list_display = ["name", "edition", "number_of_papers"]
    list_filter = ["edition"]
    list_select_related = ["edition"]
    search_fields = ["name"]
    fields = ["edition", "name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Keyword]:
        return super().get_queryset(request).annotate(number=Count("papers"))

    @admin.display(description=_("papers"), ordering="number")
    def number_of_papers(self, keyword: Keyword) -> int:  # "papers" would be the relation
        return vars(keyword)["number"]


@admin.register(Highlight)
class HighlightAdmin(BaseModelAdmin):
    form = HighlightForm
    list_display = ["paper", "day", "theme", "position", "edition"]
    list_filter = ["edition", "day", "theme"]
    list_select_related = ["edition", "paper", "theme__edition"]
    search_fields = ["paper__title", "paper__key"]
    autocomplete_fields = ["paper", "theme"]
    fields = ["paper", "day", "theme", "position"]

    def save_with(self, request: HttpRequest, obj: Highlight, form: ModelForm, *, change: bool) -> Highlight:
        line = services.HighlightLine(obj.paper, obj.day, obj.theme, obj.position)
        return services.save_highlight(highlight=obj if change else None, line=line)

    def delete_with(self, request: HttpRequest, obj: Highlight) -> None:
        services.delete_highlight(highlight=obj)


@admin.register(Rebuild)
class RebuildAdmin(ReadOnlyAdmin):
    """How the computation of similar papers goes. It starts by itself when papers change."""

    list_display = ["edition", "state", "progress", "papers", "due_at", "started_at", "finished_at", "error"]
    list_filter = ["edition", "state"]
    list_select_related = ["edition"]
    actions = ["compute_now"]
    fields = [
        *("edition", "state", "progress", "papers", "attempts", "error"),
        *("requested_at", "due_at", "started_at", "alive_at", "finished_at"),
    ]

    @admin.action(description=_("Compute the similar papers of these editions now"), permissions=["compute"])
    def compute_now(self, request: HttpRequest, queryset: QuerySet[Rebuild]) -> None:
        editions = {rebuild.edition for rebuild in queryset.select_related("edition")}
        for edition in editions:
            services.request_rebuild_now(edition=edition)
        text = ngettext("%(number)s computation begins.", "%(number)s computations begin.", len(editions))
        self.message_user(request, text % {"number": len(editions)}, messages.SUCCESS)

    def has_compute_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("papers.change_rebuild")
