"""What papers hand in to the socket and to chat."""

from chat.models import Room
from conference.accounts.models import User
from conference.common.access import ADMITTED
from conference.live.registry import Reader, Topic
from papers.models import Paper


def may_enter(_user: User, _room: Room) -> bool:
    """Everybody who is admitted to the edition may be in the rooms of its papers; the asker has seen to that."""
    return True


def has_paper(reader: Reader, key: str) -> bool:
    """Tell whether the reader's edition has the paper."""
    return Paper.objects.filter(edition__slug=reader.edition, key=key).exists()


HERE = Topic(access=ADMITTED, may_open=has_paper, is_counted=True)
