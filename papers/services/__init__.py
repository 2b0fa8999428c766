"""Every write to papers, their authors, keywords, themes, highlights, and the computation of similar papers."""

from papers.services.papers import (
    PAPER_FIELDS,
    AuthorLine,
    PaperLine,
    create_paper,
    create_papers,
    delete_paper,
    set_authors,
    set_keywords,
    update_paper,
)
from papers.services.programme import HighlightLine, delete_highlight, save_highlight, save_theme, set_highlights
from papers.services.similar import rebuild_now, request_rebuild, request_rebuild_now, run_rebuild

__all__ = [
    "PAPER_FIELDS",
    "AuthorLine",
    "HighlightLine",
    "PaperLine",
    "create_paper",
    "create_papers",
    "delete_highlight",
    "delete_paper",
    "rebuild_now",
    "request_rebuild",
    "request_rebuild_now",
    "run_rebuild",
    "save_highlight",
    "save_theme",
    "set_authors",
    "set_highlights",
    "set_keywords",
    "update_paper",
]
