"""Puts the demonstration edition into the database, through the services that an organizer's own acts go through."""

import datetime as dt
import random
import uuid
from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from chat import services as chat
from chat.models import Message
from conference.accounts.models import User
from conference.editions import services as editions
from conference.editions.models import Edition
from conference.organize.demo import people, words
from conference.organize.demo.timetable import Planned, highlights, timetable
from papers import services as papers
from papers.models import Paper, Theme
from papers.services import AuthorLine, HighlightLine
from schedule import services as schedule
from schedule.models import Session, Speaker
from schedule.services import SlotLine

DAYS_BEFORE = 2  # today is the third of five days
NONCES = uuid.UUID("5f0c1f5e-7a34-4f0e-9d0c-3a9e3f6c7b11")


def slug_of_today() -> str:
    """Return the slug that the demo edition has or would get: the year at its venue."""
    return str(_today().year)


@transaction.atomic
def load() -> Edition:
    """Make the demonstration edition of this year, running now, with everything and everybody in it.

    Raises `ValidationError` or `IntegrityError` where something of it is there already; nothing is made then.
    """
    first = _today() - dt.timedelta(days=DAYS_BEFORE)
    edition = _edition(first)
    accounts = people.make(edition=edition)
    made = _papers(edition, accounts)
    _highlights(edition, first, made)
    _programme(edition, first, made)
    _help(edition)
    _conversations(made, accounts)
    papers.rebuild_now(edition=edition)
    return edition


def _today() -> dt.date:
    return timezone.now().astimezone(ZoneInfo(words.read("edition")["zone"])).date()


def _edition(first: dt.date) -> Edition:
    text = words.read("edition")
    slug = slug_of_today()
    values = {name: text[name] for name in ("zone", "accent_hue", "accent_chroma", "contact_email", "tagline")}
    values |= {name: text[name].replace("{year}", slug) for name in ("name", "about", "how_to_register")}
    days = {"starts_on": first, "ends_on": first + dt.timedelta(days=4)}
    edition = editions.save_edition(values={"slug": slug, **values, **days})
    for role, members in text["committee"].items():
        for name, affiliation in members:
            editions.save_committee_member(edition=edition, role=role, name=name, affiliation=affiliation)
    return edition


def _papers(edition: Edition, accounts: Mapping[str, User]) -> dict[str, Paper]:
    """Make themes and papers; authors who have an account have claimed their place."""
    homes = words.read("people")
    made = {}
    for position, theme in enumerate(words.themes()):
        row = papers.save_theme(edition=edition, slug=theme["slug"], name=theme["name"], position=position)
        for paper in theme["papers"]:
            values = {name: paper[name] for name in ("key", "title", "abstract", "track", "kind")}
            made[paper["key"]] = papers.create_paper(
                edition=edition,
                values={**values, "theme": row},
                authors=[AuthorLine(name, homes[name], accounts.get(name)) for name in paper["authors"]],
                keywords=paper["keywords"],
            )
    return made


def _highlights(edition: Edition, first: dt.date, made: Mapping[str, Paper]) -> None:
    themes: dict[str, Theme] = {paper.theme.slug: paper.theme for paper in made.values() if paper.theme}
    lines = [
        HighlightLine(paper=made[key], day=day, theme=themes[slug], position=position)
        for position, (day, slug, key) in enumerate(highlights(first=first, themes=words.themes()))
    ]
    papers.set_highlights(edition=edition, lines=lines)


def _programme(edition: Edition, first: dt.date, made: Mapping[str, Paper]) -> None:
    programme = words.read("programme")
    speakers = {
        keynote["speaker"]["key"]: schedule.save_speaker(edition=edition, values=keynote["speaker"])
        for keynote in programme["keynotes"]
    }
    planned = timetable(first=first, zone=edition.tz, programme=programme, themes=words.themes())
    whole = _sessions(edition, (entry for entry in planned if not entry.parent), {})
    _sessions(edition, (entry for entry in planned if entry.parent), whole)
    for entry in planned:
        if not entry.parent:
            _fill(whole[entry.values["key"]], entry, speakers, made)


def _sessions(edition: Edition, planned: Iterable[Planned], parents: Mapping[str, Session]) -> dict[str, Session]:
    many = [{**entry.values, "parent": parents.get(entry.parent)} for entry in planned]
    return {session.key: session for session in schedule.create_sessions(edition=edition, many=many)}


def _fill(session: Session, entry: Planned, speakers: Mapping[str, Speaker], made: Mapping[str, Paper]) -> None:
    if entry.speakers:
        schedule.set_speakers(session=session, speakers=[speakers[key] for key in entry.speakers])
    if entry.papers:
        lines = [
            SlotLine(paper=made[part.paper], position=position, starts_at=part.starts_at, ends_at=part.ends_at)
            for position, part in enumerate(entry.papers, start=1)
        ]
        schedule.set_slots(session=session, lines=lines)


def _help(edition: Edition) -> None:
    for place, section in enumerate(words.read("help")):
        row = editions.save_faq_section(edition=edition, title=section["section"], position=place)
        for position, entry in enumerate(section["entries"]):
            editions.save_faq_entry(section=row, **entry, position=position)


def _conversations(made: Mapping[str, Paper], accounts: Mapping[str, User]) -> None:
    """Have people talk in the rooms of some papers, over the last two days."""
    talk = words.read("chat")
    chance = random.Random(0)  # noqa: S311 - the same demo each time, not a secret
    for key, lines in talk["rooms"].items():
        paper = made[key]
        author = next(accounts[name] for name in people.authors_of(key) if name in accounts)
        moment = timezone.now() - dt.timedelta(hours=chance.uniform(6, 40))
        for number, (who, text) in enumerate(lines):
            speaker = author if who == "author" else accounts[talk["people"][who]]
            nonce = uuid.uuid5(NONCES, f"{key} {number}")
            message = chat.post_message(room=paper.room, author=speaker, text=text, nonce=nonce)
            moment += dt.timedelta(minutes=chance.uniform(2, 35))
            _backdate(message, moment)


def _backdate(message: Message, moment: dt.datetime) -> None:
    """Set when it was said: a conversation of fifty lines in one second would look odd. No service allows this."""
    Message.objects.filter(pk=message.pk).update(created_at=moment)


def summary(edition: Edition) -> dict[str, Any]:
    """Return how much there is of what, for the one who loaded it."""
    return {
        "papers": edition.papers.count(),
        "themes": edition.themes.count(),
        "sessions": edition.sessions.count(),
        "people": edition.registrations.count(),
        "messages": Message.objects.filter(room__edition=edition).count(),
    }
