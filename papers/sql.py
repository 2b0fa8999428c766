"""The database's own functions that migration 0001 makes, for use in expressions."""

from django.db.models import Func


class Fold(Func):
    """Text without accents and in lower case."""

    function = "papers_fold"
    arity = 1


class PaperVector(Func):
    """The search vector of a paper's title, authors, keywords, abstract and bigrams."""

    function = "papers_vector"
    arity = 5
