"""Hostile text through every field that is shown; what comes out is judged as parsed HTML."""

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

from chat.models import Message
from conference.common.markdown import render
from conference.editions.models import CommitteeMember, FaqEntry, FaqSection
from papers.models import Keyword
from schedule import services as schedule
from tests.factories import (
    AuthorshipFactory,
    EditionFactory,
    PaperFactory,
    RegistrationFactory,
    RoomFactory,
    SessionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
LINES = (Path(__file__).parent / "payloads.txt").read_text().split("\n")[1:-1]
PAYLOADS = [line.replace("\\r", "\r").replace("\\n", "\n") for line in LINES]
ADDRESSES = {"href", "src", "action", "formaction", "data", "poster", "srcset", "xlink:href", "background", "ping"}
# What a page of ours may not get more of, whatever is written into it.
COUNTED = {
    "script",
    "img",
    "svg",
    "use",
    "form",
    "input",
    "button",
    "meta",
    "link",
    "textarea",
    "select",
    "title",
    "main",
}
NEVER = {"iframe", "object", "embed", "base", "math", "video", "audio", "marquee", "style", "foreignobject"}


class Judge(HTMLParser):
    """Reads a page as a browser would, and notes what could do harm."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.wrong, self.counts = [], Counter()
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag in NEVER:
            self.wrong.append(tag)
        if tag in COUNTED or "-" in tag:
            self.counts[tag] += 1
        is_marked = "noopener" in (dict(attrs).get("rel") or "").split()
        for name, value in attrs:
            self.check(tag, name, value or "", is_marked=is_marked)

    def check(self, tag, name, value, *, is_marked):
        if name.startswith(("hx-", "data-hx")):
            self.counts[name] += 1
        if name.startswith("on") or name in {"style", "srcdoc", "is"}:
            self.wrong.append(f"{tag} {name}")
        if name in ADDRESSES:
            address = "".join(value.split()).lower()
            leads_out = address.startswith(("http:", "https:", "//", "/\\", "\\"))
            is_ours = not leads_out and not re.match(r"[a-z][a-z0-9+.-]*:", address)
            if not (is_ours or (tag == "a" and (address.startswith("mailto:") or (leads_out and is_marked)))):
                self.wrong.append(f"{tag} {name}={value}")


@pytest.fixture
def edition():
    return EditionFactory(slug="2031")


@pytest.fixture
def reader(client, edition):
    client.force_login(RegistrationFactory(edition=edition).user)
    return client


def judge(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return Judge(answer.content.decode())


def test_there_are_enough_of_them():
    assert len(set(PAYLOADS)) >= 150


@pytest.mark.parametrize("payload", PAYLOADS)
def test_markdown_comes_out_harmless(payload):
    found = Judge(render(payload))
    assert not found.wrong
    assert not found.counts


def test_the_judge_sees_harm():
    for page in (
        "<img src=x onerror=alert(1)>",
        "<a href='java\tscript:x'>",
        "<iframe>",
        "<a href='//evil'>",
        "<p style=x>",
    ):
        assert Judge(page).wrong


def _fill_fields(edition, paper, session, text):
    """Put `text` into each single field of an edition, a paper and a session; None of them knows a rule about it."""
    type(edition).objects.filter(pk=edition.pk).update(
        name=text[:120], tagline=text[:200], about=text, how_to_register=text
    )
    type(paper).objects.filter(pk=paper.pk).update(title=text[:300], abstract=text, track=text[:60])
    type(session).objects.filter(pk=session.pk).update(title=text[:200], description=text, place=text[:100])


def test_fields_of_editions_papers_and_sessions_are_harmless_on_their_pages(reader, edition):
    paper, session = PaperFactory(edition=edition, key="B1"), SessionFactory(edition=edition, key="s1")
    anonymous = type(reader)()
    pages = [(anonymous, "/2031/"), (reader, "/2031/papers/B1/"), (reader, "/2031/schedule/s1/")]
    _fill_fields(edition, paper, session, "harmless")
    usual = [judge(client, address).counts for client, address in pages]
    for payload in PAYLOADS:
        _fill_fields(edition, paper, session, payload)
        for (client, address), counts in zip(pages, usual, strict=True):
            found = judge(client, address)
            assert not found.wrong, (address, payload)
            assert found.counts == counts, (address, payload)


def _many(edition, make, texts):
    for number, text in enumerate(texts):
        make(edition, number, text)


def _faq(edition, number, text):
    section, _new = FaqSection.objects.get_or_create(edition=edition, title="All")
    FaqEntry.objects.create(section=section, question=f"{number} {text[:200]}", answer=text)


def _message(edition, number, text):
    room = edition.rooms.get()
    author = UserFactory(name=text[:150])
    Message.objects.create(room=room, author=author, text=text, html=render(text), seq=number + 1, change=number + 1)
    type(room).objects.filter(pk=room.pk).update(last_seq=number + 1, last_change=number + 1)


def _committee(edition, number, text):
    CommitteeMember.objects.create(
        edition=edition, role=f"{number} {text[:100]}", name=text[:150], affiliation=text[:200]
    )


def _paper(edition, number, text):
    paper = PaperFactory(edition=edition, title=f"{number} {text[:200]}", abstract=text)
    AuthorshipFactory(paper=paper, name=text[:150], affiliation=text[:100])
    keyword, _new = Keyword.objects.get_or_create(edition=edition, name=f"{number} {text[:60]}")
    paper.keywords.add(keyword)


def _session(edition, number, text):
    session = SessionFactory(edition=edition, title=f"{number} {text[:200]}", description=text, place=text[:100])
    speaker = schedule.save_speaker(edition=edition, values={"name": text[:150] or "x", "bio": text})
    schedule.set_speakers(session=session, speakers=[speaker])


@pytest.mark.parametrize(
    ("make", "address"),
    [
        (_faq, "/2031/help/"),
        (_committee, "/2031/"),
        (_message, "/2031/chat/r2031/"),
        (_paper, "/2031/papers/"),
        (_session, "/2031/schedule/?day=all"),
    ],
)
def test_rows_are_harmless_in_lists(reader, edition, make, address):
    client = type(reader)() if address == "/2031/" else reader
    for start in range(0, len(PAYLOADS), 20):
        texts = PAYLOADS[start : start + 20]
        other = EditionFactory(slug=f"9{start}")
        RegistrationFactory(edition=other, user_id=int(reader.session["_auth_user_id"]))
        RoomFactory(edition=other, key=f"r{other.slug}")
        plain = EditionFactory(slug=f"8{start}")
        RegistrationFactory(edition=plain, user_id=int(reader.session["_auth_user_id"]))
        RoomFactory(edition=plain, key=f"r{plain.slug}")
        _many(other, make, [text.replace("\x00", "") for text in texts])
        _many(plain, make, ["harmless"] * len(texts))
        found = judge(client, address.replace("2031", other.slug))
        usual = judge(client, address.replace("2031", plain.slug))
        assert not found.wrong, texts
        assert found.counts == usual.counts


def test_a_persons_name_is_harmless_in_the_header_and_in_admin(client, edition, admin_user):
    user = RegistrationFactory(edition=edition).user
    client.force_login(user)
    usual = judge(client, "/2031/help/").counts
    for payload in PAYLOADS:
        type(user).objects.filter(pk=user.pk).update(name=payload[:150].replace("\x00", ""))
        found = judge(client, "/2031/help/")
        assert not found.wrong, payload
        assert found.counts == usual, payload
    for payload in PAYLOADS:
        RegistrationFactory(edition=edition, user=UserFactory(name=payload[:150]), ticket=payload[:60])
    client.force_login(admin_user)
    for page in range(1, 5):
        assert not judge(client, f"/admin/people/registration/?p={page}").wrong
