import datetime as dt

import pytest
from django.utils import timezone

from conference.editions import queries, services
from conference.editions.models import Edition
from tests.factories import EditionFactory

pytestmark = pytest.mark.django_db


def edition_in(days):
    return EditionFactory(starts_on=timezone.now().date() + dt.timedelta(days=days))


def test_the_running_edition_is_the_current_one():
    edition_in(-300), edition_in(300)
    running = edition_in(-1)
    assert queries.current_edition() == running


def test_between_editions_the_next_one_is_current():
    edition_in(-300), edition_in(600)
    coming = edition_in(200)
    assert queries.current_edition() == coming


def test_after_all_editions_the_latest_is_current():
    edition_in(-600)
    latest = edition_in(-300)
    assert queries.current_edition() == latest


def test_a_phase_by_hand_decides():
    edition_in(-1)
    Edition.objects.update(phase_override=Edition.Phase.OVER)
    by_hand = edition_in(-300)
    Edition.objects.filter(pk=by_hand.pk).update(phase_override=Edition.Phase.RUNNING)
    assert queries.current_edition() == by_hand


def test_without_editions_there_is_no_current_one():
    assert queries.current_edition() is None


@pytest.mark.parametrize(
    ("days", "phase"), [(10, "open"), (0, "running"), (-4, "running"), (-6, "over"), (-40, "archive")]
)
def test_the_phase_follows_from_the_dates(days, phase):
    assert edition_in(days).phase == phase


def test_before_the_portal_opens_an_edition_is_announced():
    edition = EditionFactory(starts_on=timezone.now().date() + dt.timedelta(days=30))
    edition.opens_at = timezone.now() + dt.timedelta(days=3)
    assert edition.phase == "announced"
    edition.opens_at = timezone.now() - dt.timedelta(days=3)
    assert edition.phase == "open"


def test_days_begin_and_end_at_the_venue():
    edition = EditionFactory(starts_on=dt.date(2026, 4, 4), ends_on=dt.date(2026, 4, 5), zone="Australia/Sydney")
    assert edition.starts_at.astimezone(dt.UTC).isoformat() == "2026-04-03T13:00:00+00:00"
    assert edition.ends_at.astimezone(dt.UTC).isoformat() == "2026-04-05T14:00:00+00:00"  # clocks went back in between


@pytest.fixture
def edition():
    edition = EditionFactory()
    chat = services.save_faq_section(edition=edition, title="Chat")
    times = services.save_faq_section(edition=edition, title="Times")
    services.save_faq_entry(section=chat, question="How do I write?", answer="In the café.")
    services.save_faq_entry(section=times, question="Which zone?", answer="Yours.")
    services.save_faq_entry(section=times, question="How do I write?", answer="Elsewhere.")
    return edition


def anchors(sections):
    return [answer.anchor for _title, answers in sections for answer in answers]


def test_help_is_found_by_all_words_whatever_case_and_accents(edition):
    assert anchors(queries.help_sections(edition, "CAFE write")) == ["how-do-i-write"]
    assert anchors(queries.help_sections(edition, "cafe zone")) == []


def test_an_answer_keeps_its_anchor_in_every_search(edition, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert anchors(queries.help_sections(edition)) == ["how-do-i-write", "which-zone", "how-do-i-write-2"]
    assert anchors(queries.help_sections(edition, "elsewhere")) == ["how-do-i-write-2"]


def test_help_of_another_edition_is_not_found(edition):
    assert queries.help_sections(EditionFactory()) == []


@pytest.mark.parametrize(("days", "day"), [(1, None), (0, 1), (-4, 5), (-5, None)])
def test_the_days_of_an_edition_are_counted_from_one(days, day):
    edition = edition_in(days)
    assert (edition.day, edition.days) == (day, 5)
