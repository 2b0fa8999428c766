import pytest

from conference.common.access import Access
from conference.live import readers, registry
from conference.live.registry import COMMANDS, TOPICS

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("entries", [TOPICS, COMMANDS])
def test_every_topic_and_command_says_who_may_use_it(entries):
    assert len(entries)
    for name in entries:
        assert isinstance(entries[name].access, Access), name
        assert entries[name].access.name != "public", name


def test_nobody_gets_in_while_nobody_says_who_may(monkeypatch):
    monkeypatch.setattr(registry, "_reader_checks", [])
    assert readers.enter("a-session", "2031") is None
    assert readers.look_again_at([]) == {}


def test_an_unknown_topic_is_closed():
    with pytest.raises(KeyError):
        TOPICS["unheard"]
