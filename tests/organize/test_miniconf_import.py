"""Records → the edition: all or nothing, as often as one likes, and without losing what was changed by hand."""

import os
import shutil
from collections import Counter
from io import StringIO
from pathlib import Path
from unittest import mock

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat.models import Room
from conference.editions.models import CommitteeMember, Edition, FaqEntry
from conference.organize import services
from conference.organize.miniconf.read import read
from conference.organize.models import ImportedValues
from papers import services as papers
from papers.models import Highlight, Paper
from papers.services import AuthorLine
from schedule import services as schedule
from schedule.models import ChangeLog, Session, Slot, Speaker
from schedule.services import SlotLine
from tests.factories import EditionFactory, PaperFactory

pytestmark = pytest.mark.django_db

DATA = Path(__file__).parent / "data"


@pytest.fixture
def folder(tmp_path):
    """A copy of the invented files, to be changed."""
    return Path(shutil.copytree(DATA / "days", tmp_path / "days"))


def run(folder, slug="2031", **options):
    return services.import_miniconf(slug=slug, reading=read(folder), **options)


def rewrite(path, old, new):
    found = path.read_text()
    assert old in found
    path.write_text(found.replace(old, new))


def digest():
    """One line for each row of each table."""
    rows = Counter()
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"SELECT md5(t::text) FROM {table} t")  # noqa: S608 - names of our own tables
            rows.update((table, row[0]) for row in cursor)
    return rows


def counts(outcome, kind):
    return outcome.made[kind], outcome.changed[kind], outcome.left[kind]


def test_an_edition_that_is_not_there_is_made_with_the_days_of_the_programme(folder):
    outcome = run(folder)
    edition = Edition.objects.get(slug="2031")
    assert outcome.is_done
    assert outcome.is_new_edition
    assert (edition.name, edition.tagline) == ("Adulis 2031", "Maps and numbers")
    assert (f"{edition.starts_on}", f"{edition.ends_on}") == ("2031-05-05", "2031-05-06")


def test_everything_becomes_rows_on_the_right_floor(folder):
    outcome = run(folder)
    assert counts(outcome, "paper") == (3, 0, 0)
    paper = Paper.objects.get(key="B1")
    assert [author.name for author in paper.authorships.all()] == ["Ada Lovelace", "Kofi Mensah"]
    assert sorted(keyword.name for keyword in paper.keywords.all()) == ["Folding", "maps", "paper"]
    assert paper.theme.name == "Maps"
    assert paper.room.name == "Folding maps"
    assert sorted(Slot.objects.values_list("session__key", "paper__key")) == [
        *[("P1S1", "B1"), ("P1S1", "B2")],
        *[("P2S2", "B1"), ("P2S2", "B3")],
    ]
    assert [place.speaker.name for place in Session.objects.get(key="keynote-1-qa").speaking.all()] == [
        "Prof. Zeinab Barre"
    ]
    assert Highlight.objects.count() == 3
    assert FaqEntry.objects.get(question="Is there food?").section.title == "Getting started"
    assert [member.name for member in CommitteeMember.objects.all()] == ["Ada Lovelace", "Kofi Mensah"]
    assert not ChangeLog.objects.exists()  # what is new has not changed


def test_parts_of_a_workshop_stand_in_it():
    run(DATA / "tracks")
    parts = Session.objects.get(key="w1").parts.order_by("starts_at")
    assert [part.key for part in parts][:3] == ["w1_opening-remarks", "w1.7", "w1_qa"]
    assert Paper.objects.count() == 3


@pytest.mark.parametrize("name", ["days", "tracks"])
def test_a_second_run_changes_nothing(name):
    run(DATA / name)
    before = digest()
    outcome = run(DATA / name)
    assert not any(outcome.made.values())
    assert not any(outcome.changed.values())
    assert outcome.left["paper"] == 3
    assert digest() == before


@pytest.mark.parametrize("name", ["days", "tracks"])
def test_the_second_run_asks_the_database_a_constant_number_of_questions(name, django_assert_max_num_queries):
    run(DATA / name)
    reading = read(DATA / name)
    with django_assert_max_num_queries(16):
        services.import_miniconf(slug="2031", reading=reading)


def test_a_dry_run_says_the_same_and_writes_nothing(folder):
    before = digest()
    outcome = run(folder, dry_run=True)
    assert not outcome.is_done
    assert counts(outcome, "paper") == (3, 0, 0)
    assert digest() == before


def test_only_fields_that_changed_in_the_file_are_written_so_that_hand_edits_stay(folder):
    run(folder)
    paper = Paper.objects.get(key="B1")
    papers.update_paper(paper=paper, values={"abstract": "By hand."}, authors=[AuthorLine("By Hand")])
    keynote = Session.objects.get(key="keynote-1")
    schedule.change_session(session=keynote, values={"description": "By hand.", "place": "Hall 1"})
    rewrite(folder / "papers.csv", "Folding maps,", "Folding large maps,")
    rewrite(folder / "keynotes.csv", "What a map leaves out", "What maps leave out")
    outcome = run(folder)
    assert counts(outcome, "paper") == (0, 1, 2)
    paper.refresh_from_db()
    assert (paper.title, paper.abstract, paper.authors_text) == ("Folding large maps", "By hand.", "By Hand")
    assert paper.room.name == "Folding large maps"
    keynote.refresh_from_db()
    assert (keynote.title, keynote.description, keynote.place) == ("What maps leave out", "By hand.", "Hall 1")
    assert [change.what for change in keynote.changes.filter(what="retitled")] == ["retitled"]


def test_a_session_that_the_file_moves_is_moved_and_told(folder):
    run(folder)
    rewrite(folder / "main_calendar.json", "2031-05-05T05:00", "2031-05-05T06:00")
    run(folder)
    session = Session.objects.get(key="P1S1")
    assert f"{session.starts_at:%H:%M}" == "06:00"
    assert session.changes.get().what == "moved"


def test_papers_put_into_a_session_or_taken_out_by_hand_stay_so(folder):
    run(folder)
    session = Session.objects.get(key="P1S1")
    mine = PaperFactory(edition=session.edition, key="extra")
    schedule.set_slots(session=session, lines=[SlotLine(mine), SlotLine(Paper.objects.get(key="B2"), 2)])  # B1 is out
    rewrite(folder / "poster_sessions.csv", "Mon Session 1,B2", "Mon Session 1,B3")
    run(folder)
    assert {slot.paper.key for slot in session.slots.all()} == {"extra", "B3"}


def test_highlights_added_by_hand_stay(folder):
    run(folder)
    edition = Edition.objects.get(slug="2031")
    mine = PaperFactory(edition=edition, key="extra")
    Highlight.objects.create(edition=edition, paper=mine)
    rewrite(folder / "oral_themes.csv", "Tuesday,Order & number,B3", "Tuesday,Order & number,B2")
    run(folder)
    assert sorted(row.paper.key for row in Highlight.objects.all()) == ["B1", "B2", "B2", "extra"]


def test_what_was_removed_by_hand_is_not_made_again(folder):
    run(folder)
    papers.delete_paper(paper=Paper.objects.get(key="B2"))
    Session.objects.get(key="expo-compass-co").delete()
    rewrite(folder / "papers.csv", "Short.", "Longer.")
    outcome = run(folder)
    assert {record.key for record in outcome.removed_here} == {"B2", "expo-compass-co"}
    assert not Paper.objects.filter(key="B2").exists()


def test_what_the_files_no_longer_name_stays_and_is_told(folder):
    run(folder)
    rewrite(folder / "papers.csv", "B3,Sorting", "B4,Sorting")
    rewrite(folder / "poster_sessions.csv", "B3", "B4")
    rewrite(folder / "oral_themes.csv", "B3", "B4")
    outcome = run(folder)
    assert ("paper", "B3") in outcome.gone_from_files
    assert set(Paper.objects.values_list("key", flat=True)) == {"B1", "B2", "B3", "B4"}


def test_the_name_of_an_edition_that_has_one_stays():
    edition = EditionFactory(slug="2031", name="My own name", tagline="")
    run(DATA / "days")
    edition.refresh_from_db()
    assert (edition.name, edition.tagline) == ("My own name", "Maps and numbers")


def test_rows_that_were_there_before_the_first_import_are_brought_up_to_it(folder):
    edition = EditionFactory(slug="2031")
    paper = PaperFactory(edition=edition, key="B1", title="Old title")
    outcome = run(folder)
    assert counts(outcome, "paper") == (2, 1, 0)
    paper.refresh_from_db()
    assert paper.title == "Folding maps"


@pytest.mark.parametrize("cell", ["bad key", "x" * 65, "map"])
def test_with_a_bad_row_nothing_is_written_unless_it_is_skipped(folder, cell):
    rewrite(folder / "papers.csv", "B3,Sorting", f"{cell},Sorting")
    rewrite(folder / "poster_sessions.csv", "B3", cell)
    rewrite(folder / "oral_themes.csv", "B3", cell)
    before = digest()
    outcome = run(folder)
    assert not outcome.is_done
    assert digest() == before
    assert [(problem.file, problem.row) for problem in outcome.bad] == [("papers.csv", 6)]
    assert run(folder, skip_bad=True).is_done
    assert set(Paper.objects.values_list("key", flat=True)) == {"B1", "B2"}
    assert [slot.paper.key for slot in Slot.objects.filter(session__key="P2S2")] == ["B1"]


def test_a_row_that_was_skipped_comes_with_the_file_that_mends_it(folder):
    title = "x" * 401
    rewrite(folder / "papers.csv", "B3,Sorting", f"B3,{title}")
    run(folder, skip_bad=True)
    rewrite(folder / "papers.csv", title, "Sorting")
    outcome = run(folder)
    assert counts(outcome, "paper") == (1, 0, 2)
    assert {slot.paper.key for slot in Slot.objects.filter(session__key="P2S2")} == {"B1", "B3"}


def test_bad_rows_among_many_are_the_only_ones_left_out(folder):
    bad = {2: "two words", 5: "map", 11: "x" * 65}
    rows = [f"{bad.get(number, f'N{number}')},Paper {number},Someone" for number in range(12)]
    shutil.rmtree(folder)
    folder.mkdir()
    (folder / "papers.csv").write_text("\n".join(["UID,title,authors", *rows]))
    EditionFactory(slug="2031")
    outcome = run(folder, skip_bad=True)
    assert sorted(problem.row for problem in outcome.bad) == [4, 7, 13]
    assert set(Paper.objects.values_list("key", flat=True)) == {f"N{number}" for number in range(12)} - {
        "N2",
        "N5",
        "N11",
    }
    assert Room.objects.count() == 9


def test_an_import_asks_the_database_no_more_for_more_papers(folder):
    def queries(count):
        rows = [f"{count}-{number},Paper {number},Ana|Bo,maps|paper {number}" for number in range(count)]
        (folder / "papers.csv").write_text("\n".join(["UID,title,authors,keywords", *rows]))
        reading = read(folder)
        EditionFactory(slug=f"edition-{count}")
        with CaptureQueriesContext(connection) as captured:
            assert services.import_miniconf(slug=f"edition-{count}", reading=reading).is_done
        return len(captured)

    shutil.rmtree(folder)
    folder.mkdir()
    assert queries(60) == queries(3)


def test_statistics_are_up_to_date_once_an_import_is_committed(folder, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), CaptureQueriesContext(connection) as captured:
        run(folder, dry_run=True)
    assert not any(query["sql"].startswith("ANALYZE") for query in captured)
    with CaptureQueriesContext(connection) as captured, django_capture_on_commit_callbacks(execute=True):
        run(folder)
    asked = [query["sql"] for query in captured if query["sql"].startswith("ANALYZE")]
    assert len(asked) == 1
    assert '"papers_paper_keywords"' in asked[0]


DOORS = [
    *[
        "papers.services.papers.create_papers",
        "papers.services.programme.save_theme",
        "schedule.services.create_session",
    ],
    *["schedule.services.set_slots", "schedule.services.save_speaker", "conference.editions.services.save_faq_entry"],
    *["conference.editions.services.save_committee_member", "conference.organize.services._remember"],
]


@pytest.mark.parametrize("door", DOORS)
def test_a_fault_at_any_row_leaves_nothing_behind(folder, door):
    module, _, name = door.rpartition(".")
    module = module.replace(".papers", "") if name == "create_papers" else module.replace(".programme", "")
    before = digest()
    with mock.patch(f"{module}.{name}", side_effect=RuntimeError("the lights went out")), pytest.raises(RuntimeError):
        run(folder)
    assert digest() == before


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_fault_at_a_later_row_leaves_nothing_of_the_earlier_ones(folder, number):
    real, calls = schedule.create_session, []

    def create(**values):
        calls.append(values)
        if len(calls) == number:
            raise RuntimeError("the lights went out")
        return real(**values)

    before = digest()
    with mock.patch("schedule.services.create_session", create), pytest.raises(RuntimeError):
        run(folder)
    assert digest() == before


def command(*words):
    out = StringIO()
    call_command("import_miniconf", *words, stdout=out)
    return out.getvalue()


def test_the_command_prints_what_was_made_and_every_problem_with_file_and_row(folder):
    said = command(str(folder), "--edition", "2031")
    assert "Import into Adulis 2031" in said
    assert "papers" in said
    assert "papers.csv unknown columns, left alone: mood" in said
    assert "poster_sessions.csv:6 a blank row" in said
    assert "It was made new" in said
    assert ImportedValues.objects.exists()


def test_the_command_tries_only_when_told_to(folder):
    assert "nothing was written" in command(str(folder), "--edition", "2031", "--dry-run")
    assert not Edition.objects.exists()


def test_the_command_fails_on_a_bad_row_and_says_how_to_go_on(folder):
    rewrite(folder / "papers.csv", "B3,Sorting", "B3,")
    with pytest.raises(CommandError, match="Nothing was imported"):
        command(str(folder), "--edition", "2031")
    assert not Edition.objects.exists()
    assert "left out" in command(str(folder), "--edition", "2031", "--skip-bad")


def test_the_command_says_plainly_what_it_cannot_work_with(tmp_path):
    with pytest.raises(CommandError, match="is no folder"):
        command(str(tmp_path / "nothing"), "--edition", "2031")
    with pytest.raises(CommandError, match="no date to make it"):
        command(str(tmp_path), "--edition", "2031")


# --- Two real conferences, where their files are at hand --------------------------------------------------------------

SHARED = os.environ.get("HATATA_SHARED", "")
real = pytest.mark.skipif(not SHARED, reason="HATATA_SHARED names no folder with real conferences")


@real
def test_iclr_2020_has_its_papers_slots_keynotes_and_socials():
    outcome = run(Path(SHARED) / "data/iclr2020", "iclr")
    assert not outcome.bad
    assert (Paper.objects.count(), Slot.objects.count()) == (687, 1374)
    kinds = Counter(Session.objects.values_list("kind", flat=True))
    assert kinds == {"poster": 20, "keynote": 8, "qa": 8, "social": 28, "workshop": 15, "expo": 4}
    assert set(Counter(Slot.objects.values_list("paper", flat=True)).values()) == {2}
    assert Highlight.objects.count() == 155 + 6
    assert Speaker.objects.count() == 8
    questions = Session.objects.get(key="keynote-2-qa")
    assert f"{questions.starts_at:%d %H:%M}–{questions.ends_at:%H:%M}" == "27 19:00–19:30"
    told = {problem.text for problem in outcome.problems}
    assert "“Live QA: Leslie Kaebling” is taken for Prof. Leslie Kaelbling" in told
    before = digest()
    again = run(Path(SHARED) / "data/iclr2020", "iclr")
    assert not any([*again.made.values(), *again.changed.values()])
    assert digest() == before


@real
def test_acl_2020_has_its_papers_and_its_workshops_have_their_talks():
    outcome = run(Path(SHARED) / "data/acl2020", "acl")
    assert not outcome.bad
    kinds = Counter(key.partition(".")[0] for key in Paper.objects.values_list("key", flat=True))
    assert kinds == {"main": 778, "demo": 43, "srw": 48, "cl": 7, "tacl": 31}
    assert Slot.objects.count() == 1812
    talks = [
        record for record in read(Path(SHARED) / "data/acl2020").of("part").values() if "_papers.csv" in record.file
    ]
    assert len(talks) == 418
    assert Session.objects.filter(key__in=[talk.key for talk in talks], parent__kind="workshop").count() == 418
    sessions = Counter(Session.objects.filter(parent=None).values_list("kind", flat=True))
    assert sessions["expo"] == 81
    assert sessions["tutorial"] == 11
    assert sessions["keynote"] == 2
    assert FaqEntry.objects.count() == 33
    assert CommitteeMember.objects.count() == 42
    before = digest()
    again = run(Path(SHARED) / "data/acl2020", "acl")
    assert not any([*again.made.values(), *again.changed.values()])
    assert digest() == before
