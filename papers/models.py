from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from chat.models import Room
from conference.common.keys import KeyField, not_reserved
from conference.editions.models import Edition
from papers.sql import Fold, PaperVector


class Theme(models.Model):
    """A named cluster of papers."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="themes", verbose_name=_("edition"))
    slug = models.SlugField(_("slug"), max_length=80)
    name = models.CharField(_("name"), max_length=120)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        constraints = [models.UniqueConstraint(fields=["edition", "slug"], name="theme_slug_once")]

    def __str__(self) -> str:
        return self.name


class Keyword(models.Model):
    """A keyword that authors gave, once an edition whatever its case."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="keywords", verbose_name=_("edition"))
    name = models.CharField(_("name"), max_length=200)

    class Meta:
        ordering = ["name"]
        verbose_name = _("keyword")
        verbose_name_plural = _("keywords")
        constraints = [models.UniqueConstraint(Lower("name"), models.F("edition"), name="keyword_once")]

    def __str__(self) -> str:
        return self.name


class Paper(models.Model):
    """An accepted contribution."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="papers", verbose_name=_("edition"))
    key = KeyField(help_text=_("Its place in addresses; the importer keeps the id of the source."))
    title = models.CharField(_("title"), max_length=400)
    abstract = models.TextField(
        _("abstract"), blank=True, help_text=_("Plain text with LaTeX maths between dollar signs.")
    )
    track = models.CharField(_("track"), max_length=120, blank=True)
    kind = models.CharField(_("type"), max_length=60, blank=True, help_text=_("Such as long, short, demo."))
    keywords = models.ManyToManyField(Keyword, related_name="papers", blank=True, verbose_name=_("keywords"))
    theme = models.ForeignKey(
        Theme, models.SET_NULL, null=True, blank=True, related_name="papers", verbose_name=_("theme")
    )
    pdf_url = models.URLField(_("PDF"), max_length=500, blank=True)
    code_url = models.URLField(_("code"), max_length=500, blank=True)
    demo_url = models.URLField(_("demo"), max_length=500, blank=True)
    forum_url = models.URLField(_("reviews"), max_length=500, blank=True)
    room = models.OneToOneField(Room, models.PROTECT, related_name="+", verbose_name=_("room"))
    # What the search and the lists read of other tables, kept by the services: names by commas, keywords by lines.
    authors_text = models.TextField(blank=True, editable=False)
    keywords_text = models.TextField(blank=True, editable=False)
    # Pairs of characters of scripts that are written without spaces, kept by the services (bigrams.py).
    bigrams = models.TextField(blank=True, editable=False)
    # Made by the database, so that no writer can forget them.
    search = models.GeneratedField(
        expression=PaperVector("title", "authors_text", "keywords_text", "abstract", "bigrams"),
        output_field=SearchVectorField(),
        db_persist=True,
        editable=False,
    )
    authors_folded = models.GeneratedField(
        expression=Fold("authors_text"), output_field=models.TextField(), db_persist=True, editable=False
    )
    content_version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["title", "id"]
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        constraints = [
            models.UniqueConstraint(fields=["edition", "key"], name="paper_key_once"),
            not_reserved("key", "paper_key_not_reserved"),
        ]
        indexes = [
            models.Index("edition", Lower("title"), name="paper_titles"),
            GinIndex(fields=["search"], name="paper_search"),
            GinIndex(fields=["authors_folded"], opclasses=["gin_trgm_ops"], name="paper_names"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def keyword_names(self) -> list[str]:
        """The keywords in the authors' order, without a query."""
        return self.keywords_text.splitlines()

    def get_absolute_url(self) -> str:
        return f"/{self.edition.slug}/papers/{self.key}/"


class Authorship(models.Model):
    """A person's place in a paper's list of authors, claimed by an account or not."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="authorships", verbose_name=_("paper"))
    name = models.CharField(_("name"), max_length=200)
    affiliation = models.CharField(_("affiliation"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("position"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="authorships",
        verbose_name=_("account"),
    )

    class Meta:
        ordering = ["position"]
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        constraints = [
            # Checked at the end, so that authors can change places.
            models.UniqueConstraint(
                fields=["paper", "position"], name="authorship_position", deferrable=models.Deferrable.DEFERRED
            )
        ]
        indexes = [models.Index(fields=["name"], name="authorship_name")]

    def __str__(self) -> str:
        return self.name


class Highlight(models.Model):
    """A paper in a day's set of highlights, under its theme."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="highlights", verbose_name=_("edition"))
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="highlights", verbose_name=_("paper"))
    day = models.DateField(
        _("day"), null=True, blank=True, help_text=_("In the edition's time zone. Empty: every day.")
    )
    theme = models.ForeignKey(
        Theme, models.SET_NULL, null=True, blank=True, related_name="highlights", verbose_name=_("theme")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["day", "position", "id"]
        verbose_name = _("highlight")
        verbose_name_plural = _("highlights")
        constraints = [
            models.UniqueConstraint(fields=["paper", "day", "theme"], name="highlight_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return str(self.paper)


class SimilarPaper(models.Model):
    """One of the nearest papers of a paper, with the words that they share. Replaced whole by each rebuild."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="similar", verbose_name=_("paper"))
    other = models.ForeignKey(Paper, models.CASCADE, related_name="+", verbose_name=_("similar paper"))
    rank = models.PositiveSmallIntegerField(_("rank"))
    score = models.FloatField(_("score"))
    shared = models.JSONField(_("shared terms"), default=list)

    class Meta:
        ordering = ["paper", "rank"]
        constraints = [models.UniqueConstraint(fields=["paper", "rank"], name="similar_paper_rank")]

    def __str__(self) -> str:
        return f"{self.paper} → {self.other}"


class Rebuild(models.Model):
    """One computation of the similar papers of an edition: asked for, running, done or failed."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="rebuilds", verbose_name=_("edition"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    requested_at = models.DateTimeField(_("asked for"), auto_now_add=True)
    due_at = models.DateTimeField(_("due"))
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    alive_at = models.DateTimeField(
        _("last sign of life"), null=True, blank=True, help_text=_("A run that has been silent for minutes has died.")
    )
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    progress = models.PositiveSmallIntegerField(_("progress"), default=0, help_text=_("In per cent."))
    papers = models.PositiveIntegerField(_("papers"), default=0)
    error = models.CharField(_("error"), max_length=500, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("computation of similar papers")
        verbose_name_plural = _("computations of similar papers")
        constraints = [
            models.UniqueConstraint(fields=["edition"], condition=models.Q(state="waiting"), name="one_waiting_rebuild")
        ]

    def __str__(self) -> str:
        return f"{self.edition}: {self.get_state_display()}"
