"""The demo: what a new user sees first. Its words, its timetable, and what `load_demo` makes of them."""

import datetime as dt
import itertools
from collections import defaultdict
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import check_password
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from chat.models import Message
from conference.accounts.models import User
from conference.editions.models import Edition
from conference.organize.demo import load, people, words
from conference.organize.demo.timetable import highlights, timetable
from conference.people import queries
from papers.models import Highlight, Paper, SimilarPaper
from schedule.models import Session, Slot

FIRST = dt.date(2026, 7, 6)
ZONE = ZoneInfo("Africa/Addis_Ababa")
HOUR = dt.timedelta(hours=1)


@pytest.fixture(scope="module")
def planned():
    return timetable(first=FIRST, zone=ZONE, programme=words.read("programme"), themes=words.themes())


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The demo, loaded once for all tests of this file, in a transaction that is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        output = StringIO()
        call_command("load_demo", "--i-know", stdout=output)
        edition = Edition.objects.get()
        yield edition, output.getvalue()
        transaction.set_rollback(True)


def papers():
    return [paper for theme in words.themes() for paper in theme["papers"]]


# --- Words -----------------------------------------------------------------------------------------------------------


def test_there_are_eighty_papers_in_eight_themes_each_with_a_key_and_abstract_of_its_own():
    assert [len(theme["papers"]) for theme in words.themes()] == [10] * 8
    for name in ("key", "title", "abstract"):
        assert len({paper[name] for paper in papers()}) == 80


def test_no_two_abstracts_begin_alike():
    beginnings = [" ".join(paper["abstract"].split()[:4]) for paper in papers()]
    assert len(set(beginnings)) == len(beginnings)


def test_every_author_has_a_home_and_everybody_with_a_home_has_a_paper():
    assert {name for paper in papers() for name in paper["authors"]} == set(words.read("people"))


def test_every_conversation_is_about_a_paper_and_among_known_people():
    talk = words.read("chat")
    assert set(talk["rooms"]) <= {paper["key"] for paper in papers()}
    assert {who for lines in talk["rooms"].values() for who, _text in lines} <= {"author", *talk["people"]}


# --- Timetable -------------------------------------------------------------------------------------------------------


def test_something_is_on_and_something_comes_next_at_every_moment(planned):
    start = dt.datetime.combine(FIRST, dt.time(), ZONE)
    sessions = [(entry.values["starts_at"], entry.values["ends_at"]) for entry in planned if not entry.parent]
    for quarter in range(5 * 96 - 8):
        moment = start + quarter * HOUR / 4
        assert any(begins <= moment < ends for begins, ends in sessions), moment
        assert any(moment < begins <= moment + 3 * HOUR for begins, _ends in sessions), moment


def test_every_paper_is_in_two_poster_sessions_about_half_a_day_apart_by_the_clock(planned):
    hours = defaultdict(list)
    for entry in planned:
        if entry.values["kind"] == "poster":
            for part in entry.papers:
                hours[part.paper].append(entry.values["starts_at"].hour)
    assert set(hours) == {paper["key"] for paper in papers()}
    for paper, (one, other) in hours.items():
        assert 11 <= (other - one) % 24 <= 13, paper


def test_talks_follow_one_another_within_their_session(planned):
    for entry in planned:
        if entry.values["kind"] == "oral":
            moments = [moment for part in entry.papers for moment in (part.starts_at, part.ends_at)]
            assert moments == sorted(moments)
            assert (moments[0], moments[-1]) == (entry.values["starts_at"], entry.values["ends_at"])


def test_parts_of_a_workshop_lie_within_it(planned):
    whole = {entry.values["key"]: entry.values for entry in planned}
    parts = [entry for entry in planned if entry.parent]
    assert parts
    for part in parts:
        workshop = whole[part.parent]
        assert workshop["starts_at"] <= part.values["starts_at"] < part.values["ends_at"] <= workshop["ends_at"]


def test_every_theme_has_a_highlight_every_day():
    found = list(highlights(first=FIRST, themes=words.themes()))
    assert len({(day, theme) for day, theme, _paper in found}) == 5 * 8
    assert len({paper for _day, _theme, paper in found}) == 40


# --- The command -----------------------------------------------------------------------------------------------------


def test_it_is_refused_without_debug():
    with pytest.raises(CommandError, match="--i-know"):
        call_command("load_demo")


@pytest.mark.django_db
def test_the_edition_is_running_and_today_is_in_its_middle(loaded):
    edition, _output = loaded
    today = timezone.now().astimezone(edition.tz).date()
    assert edition.phase == Edition.Phase.RUNNING
    assert (today - edition.starts_on, edition.ends_on - today) == (dt.timedelta(days=2), dt.timedelta(days=2))
    assert edition.slug == str(today.year)


@pytest.mark.django_db
def test_everything_of_the_texts_is_there(loaded):
    edition, output = loaded
    assert "80 papers, 8 themes" in output
    assert people.PASSWORD in output
    assert Paper.objects.filter(edition=edition).count() == 80
    assert Slot.objects.filter(session__kind="poster").count() == 160
    assert Highlight.objects.filter(edition=edition).count() == 40
    assert edition.speakers.count() == 4
    assert edition.committee.count() == 13
    assert [section.title for section in edition.faq_sections.all()] == ["Getting started", "Time", "Papers", "Chat"]
    assert Session.objects.filter(parent__kind="workshop").count() == 15
    assert Session.objects.get(key="keynote-wells").speakers.get().name == "Worknesh Abate-Hollis"


@pytest.mark.django_db
def test_similar_papers_are_there_from_the_first_view_on(loaded):
    edition, _output = loaded
    assert SimilarPaper.objects.filter(paper__edition=edition).values("paper").distinct().count() == 80


@pytest.mark.django_db
def test_the_logins_work_and_the_outsider_is_not_registered(loaded):
    edition, _output = loaded
    for email in people.LOGINS:
        user = User.objects.get(email=email)
        assert check_password(people.PASSWORD, user.password)
        assert EmailAddress.objects.get(user=user, email=email, primary=True).verified
        assert queries.admission(user, edition).is_admitted == (email not in people.OUTSIDERS)
    organizer = User.objects.get(email=people.ORGANIZER)
    assert organizer.is_staff
    assert "organizer" in queries.admission(organizer, edition).roles
    assert not User.objects.exclude(email=people.ORGANIZER).filter(is_staff=True).exists()


@pytest.mark.django_db
def test_only_the_logins_have_a_password(loaded):
    others = User.objects.exclude(email__in=people.LOGINS)
    assert others
    assert not any(user.has_usable_password() for user in others)


@pytest.mark.django_db
def test_the_author_has_claimed_a_paper(loaded):
    author = User.objects.get(email=people.AUTHOR)
    assert {authorship.name for authorship in author.authorships.all()} == {author.name}
    assert author.authorships.filter(paper__key="goats-and-robots").exists()


@pytest.mark.django_db
def test_conversations_are_in_order_and_in_the_past(loaded):
    edition, _output = loaded
    messages = Message.objects.filter(room__edition=edition).order_by("room", "seq")
    assert len({message.room_id for message in messages}) == len(words.read("chat")["rooms"])
    for earlier, later in itertools.pairwise(messages):
        if earlier.room_id == later.room_id:
            assert earlier.created_at < later.created_at
    assert all(message.created_at < timezone.now() for message in messages)


@pytest.mark.django_db
def test_a_second_run_says_so_and_changes_nothing(loaded):
    edition, _output = loaded
    before = load.summary(edition)
    output = StringIO()
    call_command("load_demo", "--i-know", stdout=output)
    assert "Nothing was changed" in output.getvalue()
    assert load.summary(edition) == before
    assert Edition.objects.count() == 1
