"""The hub without a server: queues, crowds, gaps."""

import asyncio
import json

import pytest

from conference.common.access import ADMITTED, role
from conference.live import publish, watch
from conference.live.connection import BURST, QUEUE, RESYNC, Connection
from conference.live.hub import CROWD, Hub
from conference.live.registry import TOPICS, Reader, Topic
from tests.factories import UserFactory

LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}


@pytest.fixture(autouse=True)
def _layer(settings):
    settings.CHANNEL_LAYERS = LAYERS


@pytest.fixture(autouse=True)
def _committed():
    """Nothing here touches the database."""


@pytest.fixture(autouse=True)
def _empty_cache():
    """Nor the cache."""


OPEN = Topic(access=ADMITTED, may_open=lambda _reader, _key: True)


class Wire:
    """What a client would read; `stall` makes it a client that does not read."""

    def __init__(self):
        self.sent, self.may_send = [], asyncio.Event()
        self.may_send.set()

    async def send(self, event):
        await self.may_send.wait()
        self.sent.append(json.loads(event["text"]))

    def stall(self):
        self.may_send.clear()


def connect(hub, *topics, allows=lambda _access: True):
    wire = Wire()
    reader = Reader(user=UserFactory.build(), edition="2031", session_key="s", allows=allows)
    connection = Connection(reader, wire.send)
    connection.wire = wire
    for topic in topics:
        hub.listeners.setdefault(topic, set()).add(connection)
        connection.topics[topic] = OPEN
    hub.spawn(connection.write())
    return connection


async def settle():
    for _turn in range(5):
        await asyncio.sleep(0)


async def eventually(fits, seconds=5):
    async with asyncio.timeout(seconds):
        while not fits():  # noqa: ASYNC110 - what is waited for sets no event
            await asyncio.sleep(0.01)


async def test_a_frame_reaches_those_who_have_the_topic_open():
    hub = Hub()
    one, two, elsewhere = connect(hub, "room:a"), connect(hub, "room:a"), connect(hub, "room:b")
    hub.receive(publish.message("room:a", {"change": 1}))
    await settle()
    assert one.wire.sent == two.wire.sent == [{"on": "room:a", "change": 1}]
    assert elsewhere.wire.sent == []
    await hub.stop()


async def test_a_slow_reader_gets_one_resync_and_harms_nobody():
    hub = Hub()
    slow, other = connect(hub, "room:a"), connect(hub, "room:a")
    slow.wire.stall()
    for change in range(1, QUEUE * 3 + 1):
        hub.receive(publish.message("room:a", {"change": change}))
        await settle()
    assert [frame["change"] for frame in other.wire.sent] == list(range(1, QUEUE * 3 + 1))
    slow.wire.may_send.set()
    await settle()
    assert [frame for frame in slow.wire.sent if frame == json.loads(RESYNC)] == [{"on": "resync"}]
    assert slow.wire.sent[-1] == {"on": "resync"}
    hub.receive(publish.message("room:a", {"change": 999}))
    await settle()
    assert slow.wire.sent[-1]["change"] == 999
    await hub.stop()


async def test_frames_for_a_crowd_are_gathered():
    hub = Hub()
    crowd = [connect(hub, "room:a") for _i in range(CROWD + 1)]
    for change in (1, 2, 3):
        hub.receive(publish.message("room:a", {"change": change}))
    await settle()
    assert crowd[0].wire.sent == []
    hub.deliver_gathered()
    await settle()
    assert all(member.wire.sent == [[{"on": "room:a", "change": n} for n in (1, 2, 3)]] for member in crowd)
    await hub.stop()


async def test_frames_that_come_while_a_topic_is_opened_follow_the_answer():
    hub = Hub()
    member = connect(hub)
    member.opening["room:a"] = []
    hub.listeners["room:a"] = {member}
    hub.receive(publish.message("room:a", {"change": 5}))
    await settle()
    assert member.wire.sent == []
    await member.reply(1, ok={"change": 4})
    member.opened("room:a", OPEN)
    await settle()
    assert member.wire.sent == [{"id": 1, "ok": {"change": 4}}, {"on": "room:a", "change": 5}]
    await hub.stop()


async def test_a_topic_whose_access_is_lost_is_closed_and_the_others_stay():
    hub = Hub()
    member = connect(hub, "room:a")
    member.topics["desk"] = Topic(access=role("volunteer"), may_open=lambda _reader, _key: True)
    hub.listeners["desk"] = {member}
    lost = Reader(user=member.reader.user, edition="2031", session_key="s", allows=lambda access: access == ADMITTED)
    await hub.renew(member, lost)
    assert list(member.topics) == ["room:a"]
    assert "desk" not in hub.listeners
    await hub.stop()


async def test_a_reader_who_was_renewed_meanwhile_stays(monkeypatch):
    hub = Hub()
    member = connect(hub, "room:a")
    renewed = Reader(user=member.reader.user, edition="2031", session_key="s", allows=lambda _access: True)

    async def look(_work, asked):
        member.reader = renewed  # a command got there first
        return dict.fromkeys(asked, renewed)

    monkeypatch.setattr("conference.live.hub.in_thread", look)
    await hub.look_again([member])
    assert member.close_code is None
    await hub.stop()


async def test_what_redis_lost_is_found_in_the_database_and_delivered(monkeypatch):
    hub = Hub()
    member = connect(hub, "room:a")
    hub.seen["room:a"] = 3
    frames = {"a": [{"change": 4, "message": {}}, {"change": 5, "message": {}}]}
    asked = []
    room = Topic(
        access=ADMITTED,
        may_open=lambda _reader, _key: True,
        cursors=lambda keys: asked.append(list(keys)) or {"a": 5},
        changes=lambda since: frames if since == {"a": 3} else {},
    )
    monkeypatch.setitem(TOPICS._entries, "room", (1, room))  # noqa: SLF001 - there is no unregistering
    monkeypatch.setattr(watch, "in_thread", at_once)
    assert await watch.catch_up(hub) == {"a": 5}
    await settle()
    assert [frame["change"] for frame in member.wire.sent] == [4, 5]
    await watch.catch_up(hub)
    assert asked == [["a"], ["a"]]
    assert len(member.wire.sent) == 2
    await hub.stop()


async def at_once(work, *args):
    return work(*args)


async def test_a_published_frame_goes_through_the_channel_layer_to_the_hub():
    hub = Hub()
    watch.start(hub)
    await eventually(lambda: hub.channel)
    member = connect(hub)
    member.topics["edition:2031"] = OPEN
    await hub.listen(member, "edition:2031")
    hint = publish.message("edition:2031", {"kind": "schedule"})
    from channels.layers import get_channel_layer  # noqa: PLC0415 - of the settings above

    await get_channel_layer().group_send(publish.group_of("edition:2031"), hint)
    await eventually(lambda: member.wire.sent == [{"on": "edition", "kind": "schedule"}])
    await hub.unlisten(member, "edition:2031")
    assert "edition:2031" not in hub.listeners
    await hub.stop()


def test_a_flood_is_a_burst_beyond_what_hands_can_type():
    connection = Connection(None, None)
    assert [connection.is_flooding() for _i in range(BURST)] == [False] * BURST
    assert connection.is_flooding()


def test_public_names_say_no_more_than_a_client_knows():
    assert publish.public_name("edition:2031") == "edition"
    assert publish.public_name("me:abc") == "me"
    assert publish.public_name("room:k3") == "room:k3"
    assert publish.public_name("here:2031:paper:p1") == "here:paper:p1"
