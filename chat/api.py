"""Rooms for programs, and for pages whose socket is away: what the socket does, with the same checks of fields."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chat import live, queries, services
from chat.models import Message, Room
from conference.common.access import ADMITTED
from conference.common.refused import Refused
from conference.editions.models import Edition
from conference.live import frames

STATUS = {"not_found": 404, "too_fast": 429, "not_yours": 403, "not_allowed": 403, "closed": 403, "too_large": 413}


class WriterSerializer(serializers.Serializer):
    key = serializers.CharField()
    name = serializers.CharField()


class AnsweredSerializer(serializers.Serializer):
    seq = serializers.IntegerField()
    name = serializers.CharField()


class MessageSerializer(serializers.Serializer):
    """Describes `queries.as_frame`."""

    seq = serializers.IntegerField()
    change = serializers.IntegerField()
    nonce = serializers.UUIDField()
    author = WriterSerializer()
    html = serializers.CharField()
    reply_to = AnsweredSerializer(allow_null=True)
    created_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)
    is_deleted = serializers.BooleanField()


class OneMessageSerializer(MessageSerializer):
    text = serializers.CharField()


class ChangesSerializer(serializers.Serializer):
    change = serializers.IntegerField()
    changes = MessageSerializer(many=True)
    more = serializers.BooleanField()


class EarlierSerializer(serializers.Serializer):
    messages = MessageSerializer(many=True)
    has_earlier = serializers.BooleanField()


class SendSerializer(serializers.Serializer):
    nonce = serializers.UUIDField()
    text = serializers.CharField()
    reply_to = serializers.IntegerField(required=False, allow_null=True)


class EditSerializer(serializers.Serializer):
    text = serializers.CharField()


class SentSerializer(serializers.Serializer):
    seq = serializers.IntegerField()
    change = serializers.IntegerField()


class RoomView(APIView):
    """A view inside a room. What a service refuses becomes the answer."""

    access = ADMITTED

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse a body that no message has, before it is read."""
        super().initial(request, *args, **kwargs)
        if int(request.META.get("CONTENT_LENGTH") or 0) > frames.LARGEST:
            raise Refused("too_large", _("This is too large."))

    def handle_exception(self, problem: Exception) -> Response:
        """Answer with the refusal, as the socket does."""
        if not isinstance(problem, Refused):
            return super().handle_exception(problem)
        headers = {"Retry-After": str(problem.retry_after)} if problem.retry_after else {}
        return Response({"error": problem.as_dict()}, status=STATUS.get(problem.code, 400), headers=headers)

    def room(self, request: Request, edition: Edition, key: str) -> Room:
        """Return the room of the address. Raises `Refused`."""
        try:
            return queries.room_for(request.user, edition, key)
        except Room.DoesNotExist:
            raise Refused("not_found", _("There is no such room.")) from None

    def message(self, request: Request, edition: Edition, key: str, seq: int) -> Message:
        """Return the message of the address. Raises `Refused`."""
        try:
            return queries.message_for(request.user, edition, key, seq)
        except Message.DoesNotExist:
            raise Refused("not_found", _("There is no such message.")) from None

    def number(self, request: Request, name: str) -> int | None:
        """Return a number of the address's query. Raises `Refused`."""
        given = request.query_params.get(name)
        value = int(given) if given and given.isascii() and given.isdecimal() else None
        if given is not None and (value is None or value > frames.HIGHEST):
            raise Refused("invalid", _("The field “%(name)s” is not valid.") % {"name": name})
        return value

    def body(self, request: Request, required: frames.Checks, optional: frames.Checks | None = None) -> dict[str, Any]:
        """Return the checked fields of the body. Raises `Refused`."""
        if not isinstance(request.data, dict):
            raise Refused("invalid", _("The body must be an object."))
        return frames.checked(request.data, required, optional or {})


class Changes(RoomView):
    @extend_schema(
        operation_id="room_changes",
        parameters=[OpenApiParameter("after", int, description="The last change that is known; none: the latest 50.")],
        responses=ChangesSerializer,
    )
    def get(self, request: Request, edition: Edition, key: str) -> Response:
        """Return what changed in the room after a number, in order; `more` says to ask again."""
        room = self.room(request, edition, key)
        return Response(live.as_changes(*queries.changes_of(room, self.number(request, "after"))))


class Messages(RoomView):
    @extend_schema(
        operation_id="room_messages",
        parameters=[OpenApiParameter("before", int, description="A message's number; none: the latest 50.")],
        responses=EarlierSerializer,
    )
    def get(self, request: Request, edition: Edition, key: str) -> Response:
        """Return the messages before a number, in order."""
        room = self.room(request, edition, key)
        page = queries.room_page(room, request.user, before=self.number(request, "before"))
        return Response({"messages": [queries.as_frame(message) for message in page], "has_earlier": page.has_earlier})

    @extend_schema(operation_id="send_message", request=SendSerializer, responses={201: SentSerializer})
    def post(self, request: Request, edition: Edition, key: str) -> Response:
        """Write a message, once for each nonce."""
        room = self.room(request, edition, key)
        fields = self.body(request, live.NONCE | live.TEXT, live.REPLY_TO)
        reply_to = fields.pop("reply_to", None)
        answered = None if reply_to is None else self.message(request, edition, key, reply_to)
        message = services.post_message(room=room, author=request.user, reply_to=answered, **fields)
        return Response({"seq": message.seq, "change": message.change}, status=201)


class OneMessage(RoomView):
    @extend_schema(operation_id="room_message", responses=OneMessageSerializer)
    def get(self, request: Request, edition: Edition, key: str, seq: int) -> Response:
        """Return a message with its Markdown."""
        message = self.message(request, edition, key, seq)
        return Response({**queries.as_frame(message), "text": message.text})

    @extend_schema(operation_id="edit_message", request=EditSerializer, responses=SentSerializer)
    def patch(self, request: Request, edition: Edition, key: str, seq: int) -> Response:
        """Change a message of one's own."""
        message = self.message(request, edition, key, seq)
        message = services.edit_message(message=message, author=request.user, **self.body(request, live.TEXT))
        return Response({"seq": message.seq, "change": message.change})

    @extend_schema(operation_id="delete_message", responses=SentSerializer)
    def delete(self, request: Request, edition: Edition, key: str, seq: int) -> Response:
        """Take a message of one's own back."""
        message = self.message(request, edition, key, seq)
        message = services.delete_message(message=message, actor=request.user)
        return Response({"seq": message.seq, "change": message.change})
