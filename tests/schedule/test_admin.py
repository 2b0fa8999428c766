"""Organizers' screens: every change goes through the one door."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from schedule import services
from schedule.models import ChangeLog, Session, Speaker
from tests.factories import EditionFactory, PaperFactory, SessionFactory, SlotFactory, UserFactory

pytestmark = pytest.mark.django_db

NINE = dt.datetime(2031, 5, 5, 9, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def organizer(client):
    user = UserFactory(is_staff=True, is_superuser=True)
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    client.get("/healthz")
    client.user = user
    return client


@pytest.fixture
def session():
    return SessionFactory(
        edition=EditionFactory(slug="2031"), key="s1", title="Posters", starts_at=NINE, ends_at=NINE + HOUR
    )


def form_of(session, **changes):
    """What the browser posts when an organizer changes some fields of the form."""
    data = {
        "title": session.title,
        "key": session.key,
        "kind": session.kind,
        "track": "",
        "description": "",
        "place": "",
        "why": "",
        "speaker_lines": "",
        "organizers": "",
        "paper_lines": "",
        "website": "",
        "parent": "",
        "starts_at_0": "2031-05-05",
        "starts_at_1": "09:00:00",
        "ends_at_0": "2031-05-05",
        "ends_at_1": "10:00:00",
    }
    return {**data, **changes}


def change(organizer, session, **changes):
    return organizer.post(reverse("admin:schedule_session_change", args=[session.pk]), form_of(session, **changes))


def test_moving_a_session_in_admin_is_logged_with_who_and_why(organizer, session):
    response = change(organizer, session, starts_at_1="10:00:00", ends_at_1="11:30:00", why="A clash")
    assert response.status_code == 302
    moved = session.changes.get()
    assert (moved.what, moved.why, moved.who) == ("moved", "A clash", organizer.user)
    session.refresh_from_db()
    assert session.starts_at == NINE + HOUR


def test_saving_without_a_change_writes_no_change(organizer, session):
    assert change(organizer, session).status_code == 302
    session.refresh_from_db()
    assert session.sequence == 0
    assert not ChangeLog.objects.exists()


def test_a_session_is_added_with_speakers_and_papers(organizer, session):
    services.save_speaker(edition=session.edition, values={"key": "ada", "name": "Ada"})
    services.save_speaker(edition=session.edition, values={"key": "bob", "name": "Bob B."})
    PaperFactory(edition=session.edition, key="p1")
    PaperFactory(edition=session.edition, key="p2")
    data = form_of(
        session,
        key="new",
        edition=session.edition.pk,
        speaker_lines="Bob B.\nada",
        paper_lines="p2\np1 2031-05-05T09:00 2031-05-05T09:15",
    )
    assert organizer.post(reverse("admin:schedule_session_add"), data).status_code == 302
    made = Session.objects.get(key="new")
    assert [place.speaker.key for place in made.speaking.all()] == ["bob", "ada"]
    assert [(slot.paper.key, slot.starts_at) for slot in made.slots.all()] == [("p2", None), ("p1", NINE)]
    page = organizer.get(reverse("admin:schedule_session_change", args=[made.pk])).content.decode()
    assert "bob\nada" in page
    assert "p1 2031-05-05T09:00 2031-05-05T09:15" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"speaker_lines": "Nobody"}, "Not in the list of speakers: Nobody"),
        ({"paper_lines": "nothing"}, "There is no paper nothing."),
        ({"paper_lines": "p1\np1"}, "p1: it comes twice"),
        ({"paper_lines": "p1 noon"}, "p1: a start and an end belong behind the key"),
        ({"paper_lines": "p1 2031-05-05T10:00 2031-05-05T09:00"}, "the end has to be after the start"),
        ({"ends_at_1": "08:00:00"}, "The end has to be after the start."),
        ({"key": "changes"}, "This word is an address of the site itself."),
    ],
)
def test_what_does_not_fit_is_said_at_its_field_and_changes_nothing(organizer, session, changes, words):
    PaperFactory(edition=session.edition, key="p1")
    response = change(organizer, session, title="Other", **changes)
    assert words in response.content.decode()
    session.refresh_from_db()
    assert session.title == "Posters"


def test_a_session_cannot_be_part_of_another_editions(organizer, session):
    response = change(organizer, session, parent=SessionFactory().pk)
    assert "of its edition only" in response.content.decode()


def test_a_speaker_is_added_and_changed(organizer, session):
    data = {"edition": session.edition.pk, "name": "Ada", "key": "ada", "affiliation": "Addis", "bio": ""}
    assert organizer.post(reverse("admin:schedule_speaker_add"), data).status_code == 302
    speaker = Speaker.objects.get(key="ada")
    address = reverse("admin:schedule_speaker_change", args=[speaker.pk])
    assert organizer.post(address, {**data, "name": "Ada L."}).status_code == 302
    speaker.refresh_from_db()
    assert speaker.name == "Ada L."


FILE = """edition,key,title,kind,starts_at,ends_at
2031,s1,Posters,poster,2031-05-05T10:00Z,2031-05-05T11:00Z
2031,s2,New,oral,2031-05-05T12:00Z,2031-05-05T13:00Z
"""


def preview(organizer, text):
    file = SimpleUploadedFile("sessions.csv", text.encode(), "text/csv")
    return organizer.post(reverse("admin:schedule_session_import"), {"import_file": file, "format": "0"})


def test_an_import_is_shown_first_and_then_goes_through_the_one_door(organizer, session):
    session.kind = "poster"
    session.save()
    shown = preview(organizer, FILE)
    assert not ChangeLog.objects.exists()
    form = shown.context["confirm_form"]
    done = organizer.post(reverse("admin:schedule_session_process_import"), form.initial)
    assert done.status_code == 302
    assert session.changes.get().what == "moved"
    assert Session.objects.get(key="s2").title == "New"


def test_an_import_with_a_wrong_row_cannot_be_confirmed(organizer, session):
    for wrong in ["2031-05-05T13:00Z,2031-05-05T12:00Z", "noon,2031-05-05T12:00Z", "2031-05-05T12:00Z,"]:
        shown = preview(organizer, f"edition,key,title,kind,starts_at,ends_at\n2031,s2,New,oral,{wrong}\n")
        assert shown.context.get("confirm_form") is None


@pytest.mark.parametrize("count", [1, 3, 60])
@pytest.mark.parametrize(
    "name", ["session_changelist", "speaker_changelist", "changelog_changelist", "session_change", "session_add"]
)
def test_no_screen_needs_more_than_twelve_queries(organizer, session, count, name, django_assert_max_num_queries):
    for number in range(count):
        made = SessionFactory(edition=session.edition, parent=session)
        services.change_session(session=made, values={"title": "B"}, actor=organizer.user)
        SlotFactory(session=session, paper__edition=session.edition)
        speaker = services.save_speaker(edition=session.edition, values={"name": f"Ada {number}"})
        services.set_speakers(session=made, speakers=[speaker])
    address = reverse(f"admin:schedule_{name}", args=[session.pk] if name.endswith("_change") else [])
    with django_assert_max_num_queries(12):
        assert organizer.get(address).status_code == 200


@pytest.mark.parametrize("count", [1, 60])
def test_a_preview_needs_a_constant_number_of_queries(organizer, session, count, django_assert_max_num_queries):
    rows = "".join(f"2031,k{number},New,oral,,\n" for number in range(count))
    with django_assert_max_num_queries(12):
        assert preview(organizer, f"edition,key,title,kind,starts_at,ends_at\n{rows}").context["confirm_form"]


def test_the_list_says_in_which_zone_its_times_are(admin_client, edition):
    SessionFactory(edition=edition, starts_at=dt.datetime(2031, 5, 5, 12, tzinfo=dt.UTC))
    admin_client.cookies["zone"] = "Asia/Kolkata"
    page = admin_client.get(reverse("admin:schedule_session_changelist")).content.decode()
    assert "5 May 2031, 17:30 IST" in page
