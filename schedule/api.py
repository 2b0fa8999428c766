"""The schedule for programs: read-only."""

import datetime as dt
from functools import partial

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.viewsets import ReadOnlyModelViewSet

from conference.common.access import ADMITTED
from schedule import queries
from schedule.models import Session, Slot, Speaker

Moment = partial(serializers.DateTimeField, default_timezone=dt.UTC)  # a program's times do not hang on who asks


class SpeakerSerializer(serializers.ModelSerializer):
    class Meta:
        model = Speaker
        fields = ("key", "name", "affiliation")


class SlotSerializer(serializers.ModelSerializer):
    paper = serializers.CharField(source="paper.key")
    title = serializers.CharField(source="paper.title")
    starts_at = Moment()
    ends_at = Moment()

    class Meta:
        model = Slot
        fields = ("paper", "title", "position", "starts_at", "ends_at")


class SessionSerializer(serializers.ModelSerializer):
    parent = serializers.CharField(source="parent.key", default=None)
    starts_at = Moment()
    ends_at = Moment()
    speakers = serializers.SerializerMethodField()
    paper_count = serializers.IntegerField()
    part_count = serializers.IntegerField()

    class Meta:
        model = Session
        fields = (
            *("key", "kind", "title", "description", "starts_at", "ends_at", "is_cancelled", "sequence", "track"),
            *("place", "website", "organizers", "parent", "speakers", "paper_count", "part_count"),
        )

    def get_speakers(self, session: Session) -> list[dict[str, str]]:
        """Return the speakers in their order."""
        shown = session.speakers_shown  # type: ignore[attr-defined]  # of queries.rows
        return SpeakerSerializer([place.speaker for place in shown], many=True).data


class OneSessionSerializer(SessionSerializer):
    papers = SlotSerializer(source="slots", many=True)

    class Meta(SessionSerializer.Meta):
        fields = (*SessionSerializer.Meta.fields, "papers")


class SessionViewSet(ReadOnlyModelViewSet):
    """Sessions of an edition, by time; one of them comes with its papers."""

    access = ADMITTED
    lookup_field = "key"
    lookup_value_regex = r"[^/]+"

    def get_queryset(self) -> QuerySet[Session]:
        """Return the edition's sessions, parts of sessions included."""
        found = queries.rows(Session.objects.filter(edition=self.kwargs["edition"]).select_related("parent"))
        if self.action == "retrieve":
            found = found.prefetch_related("slots__paper")
        return found.order_by("starts_at", "id")

    def get_serializer_class(self) -> type[SessionSerializer]:
        """Return the longer form for one."""
        return OneSessionSerializer if self.action == "retrieve" else SessionSerializer
