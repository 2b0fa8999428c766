"""Papers as a file: one row each; authors and keywords by bars, as in the files of other portals."""
# ruff: noqa: ARG002 - signatures are those of django-import-export

from collections.abc import Callable
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, QuerySet
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.widgets import CachedForeignKeyWidget, Widget

from conference.audit.base_admin import BaseResource
from conference.editions.models import Edition
from papers import services
from papers.models import Authorship, Paper, Theme

TEXTS = ("title", "abstract", "track", "kind", "pdf_url", "code_url", "demo_url", "forum_url")


class Bars(Widget):
    """A list, by bars."""

    def clean(self, value: object, row: object = None, **kwargs: Any) -> list[str]:
        """Return the list; empty parts count for nothing."""
        return [part.strip() for part in str(value or "").split("|") if part.strip()]

    def render(self, value: list[str], obj: object = None, **kwargs: Any) -> str:
        """Return the list as it stands in a file."""
        return "|".join(value)


class ThemeOfEdition(Widget):
    """A theme by its slug; all of them are loaded at once."""

    themes: dict[tuple[str, str], Theme] | None = None

    def clean(self, value: object, row: Any = None, **kwargs: Any) -> Theme | None:
        """Return the theme; raises `ValueError` for one that the row's edition does not have."""
        if not value:
            return None
        if self.themes is None:
            self.themes = {(theme.edition.slug, theme.slug): theme for theme in Theme.objects.select_related("edition")}
        theme = self.themes.get((str(row.get("edition")), str(value)))
        if theme is None:
            raise ValueError(_("There is no theme %(slug)s in this edition.") % {"slug": value})
        return theme

    def render(self, value: Theme | None, obj: object = None, **kwargs: Any) -> str:
        """Return the slug."""
        return value.slug if value else ""


class ListField(Field):
    """A list that the services write: what the file says is kept beside the row until then."""

    def __init__(self, name: str, stored: Callable[[Paper], list[str]]) -> None:
        super().__init__(attribute=name, column_name=name, widget=Bars())
        self.stored, self.given = stored, f"given_{name}"

    def get_value(self, instance: Paper) -> list[str]:
        """Return what the file says, else what is stored."""
        if self.given in vars(instance):
            return vars(instance)[self.given]
        return self.stored(instance) if instance.pk else []

    def save(self, instance: Paper, row: dict[str, object], is_m2m: bool = False, **kwargs: Any) -> None:  # noqa: FBT001, FBT002 - the library's
        """Keep what the file says."""
        vars(instance)[self.given] = self.clean(row, **kwargs)


class PaperResource(BaseResource):
    edition = Field(attribute="edition", column_name="edition", widget=CachedForeignKeyWidget(Edition, "slug"))
    authors = ListField("authors", lambda paper: vars(paper)["names"])
    keywords = ListField("keywords", lambda paper: paper.keyword_names)
    theme = Field(attribute="theme", column_name="theme", widget=ThemeOfEdition())

    class Meta(BaseResource.Meta):
        model = Paper
        import_id_fields = ("edition", "key")
        fields = ("edition", "key", "title", "authors", "abstract", "keywords", "theme", *TEXTS[2:])

    def get_queryset(self) -> QuerySet[Paper]:
        papers = Paper.objects.select_related("edition", "theme", "room")
        return _with_names(papers.defer("search", "authors_folded", "bigrams"))

    def filter_export(self, queryset: QuerySet[Paper], **kwargs: Any) -> QuerySet[Paper]:
        """Load what an export shows with the papers."""
        return _with_names(queryset.select_related("edition", "theme"))

    def validate_instance(
        self,
        instance: Paper,
        import_validation_errors: dict[str, Any] | None = None,
        validate_unique: bool = True,  # noqa: FBT001, FBT002 - the library's
    ) -> None:
        """Check the fields in the preview too, without a query."""
        errors = dict(import_validation_errors or {})
        try:
            instance.clean_fields(exclude={"room", "edition", "theme", *instance.get_deferred_fields(), *errors})
        except ValidationError as wrong:
            errors = wrong.update_error_dict(errors)
        super().validate_instance(instance, errors, validate_unique=validate_unique)

    def save_with(self, instance: Paper, *, is_new: bool, actor: Any, row: dict[str, object]) -> None:
        columns = [name for name in (*TEXTS, "theme") if name in row]
        values = {name: getattr(instance, name) for name in columns}
        keywords = vars(instance).get("given_keywords")
        if is_new:
            values["key"] = instance.key
            made = services.create_paper(
                edition=instance.edition,
                values=values,
                authors=_lines(instance),
                keywords=keywords or (),
            )
            instance.pk = made.pk
        else:
            authors = _lines(instance) if "given_authors" in vars(instance) else None
            services.update_paper(paper=instance, values=values, authors=authors, keywords=keywords)


def _with_names(papers: QuerySet[Paper]) -> QuerySet[Paper]:
    """Load the authors' names with the papers; the library copies rows, and prefetched ones would not survive that."""
    names = Authorship.objects.filter(paper=OuterRef("pk")).order_by("position").values("name")
    return papers.annotate(names=ArraySubquery(names))


def _lines(paper: Paper) -> list[services.AuthorLine]:
    """Return the authors of the file; whoever stays keeps their affiliation, which the file does not have."""
    known = {author.name: author.affiliation for author in paper.authorships.all()} if paper.pk else {}
    names = vars(paper).get("given_authors", [])
    return [services.AuthorLine(name, known.get(name, "")) for name in names]
