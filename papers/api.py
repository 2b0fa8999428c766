from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response

from conference.common.access import ADMITTED
from papers import queries
from papers.models import Authorship, Paper, SimilarPaper, Theme


class ThemeSerializer(serializers.ModelSerializer[Theme]):
    class Meta:
        model = Theme
        fields = ["slug", "name"]


class AuthorSerializer(serializers.ModelSerializer[Authorship]):
    class Meta:
        model = Authorship
        fields = ["name", "affiliation"]


class PaperCardSerializer(serializers.ModelSerializer[Paper]):
    """A paper as lists show it."""

    theme = ThemeSerializer()
    authors = serializers.CharField(source="authors_text")
    keywords = serializers.ListField(source="keyword_names", child=serializers.CharField())

    class Meta:
        model = Paper
        fields = ["key", "title", "authors", "track", "kind", "theme", "keywords"]


class PaperSerializer(PaperCardSerializer):
    """A paper as its page shows it."""

    authors = AuthorSerializer(source="authorships", many=True)
    room = serializers.CharField(source="room.key")

    class Meta(PaperCardSerializer.Meta):
        fields = [
            *PaperCardSerializer.Meta.fields,
            *("abstract", "pdf_url", "code_url", "demo_url", "forum_url", "room"),
        ]


class SimilarSerializer(serializers.ModelSerializer[SimilarPaper]):
    paper = PaperCardSerializer(source="other")

    class Meta:
        model = SimilarPaper
        fields = ["rank", "score", "shared", "paper"]


FILTERS = [
    OpenApiParameter("q", str, description="Words of title, authors, keywords and abstract."),
    *(OpenApiParameter(name, str) for name in ("track", "theme", "keyword", "session")),
]


class PaperPagination(PageNumberPagination):
    page_size = queries.PER_PAGE


class PaperViewSet(viewsets.GenericViewSet[Paper]):
    """The papers of an edition: the same lists and filters as its pages."""

    access = ADMITTED
    lookup_field = "key"
    lookup_value_regex = r"[A-Za-z0-9][A-Za-z0-9._-]*"
    pagination_class = PaperPagination
    serializer_class = PaperCardSerializer

    def get_queryset(self) -> QuerySet[Paper]:
        """Return the papers that the address asks for."""
        if "edition" not in self.kwargs:  # while the schema is drawn
            return Paper.objects.none()
        return queries.search(self.kwargs["edition"], queries.Criteria.of(self.request.query_params.dict()))

    @extend_schema(parameters=FILTERS)
    def list(self, _request: Request, **_kwargs: object) -> Response:
        """List papers, best first; by title where no text asks."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(PaperCardSerializer(page, many=True).data)

    @extend_schema(responses=PaperSerializer)
    def retrieve(self, _request: Request, key: str, **_kwargs: object) -> Response:
        """Return one paper."""
        return Response(PaperSerializer(self._paper(key)).data)

    @extend_schema(responses=SimilarSerializer(many=True))
    @action(detail=True, pagination_class=None)
    def similar(self, _request: Request, key: str, **_kwargs: object) -> Response:
        """List the nearest papers, with the words they share."""
        found = queries.similar_to(self._paper(key), limit=20)
        return Response(SimilarSerializer(found, many=True).data)

    def _paper(self, key: str) -> Paper:
        try:
            return queries.paper_for_page(self.kwargs["edition"], key)
        except Paper.DoesNotExist:
            raise Http404 from None
