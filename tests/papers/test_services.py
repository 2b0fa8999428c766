import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from chat.models import Message, Room
from papers import services
from papers.models import Authorship, Highlight, Keyword, Paper
from papers.services import AuthorLine, HighlightLine, PaperLine
from tests.factories import EditionFactory, UserFactory

pytestmark = pytest.mark.django_db


def names(paper):
    return list(paper.authorships.values_list("name", flat=True))


def test_a_paper_comes_with_its_room_authors_and_keywords(make_paper, edition):
    paper = make_paper("Spikes", ["Ana Ruiz", "Bo Li"], ["Neurons", "neurons", "spikes"], key="B1x")
    paper.refresh_from_db()
    assert (paper.room.kind, paper.room.name, paper.room.edition) == ("paper", "Spikes", edition)
    assert names(paper) == ["Ana Ruiz", "Bo Li"]
    assert paper.authors_text == "Ana Ruiz, Bo Li"
    assert paper.keyword_names == ["Neurons", "spikes"]
    assert set(paper.keywords.values_list("name", flat=True)) == {"Neurons", "spikes"}
    assert paper.get_absolute_url() == "/2031/papers/B1x/"


def test_white_space_and_nul_do_not_get_into_titles_and_names(make_paper):
    paper = make_paper(" Two\n lines\x00 ", [" Ana \n Ruiz"], abstract=" One.\r\nTwo. ")
    assert (paper.title, paper.abstract, names(paper)) == ("Two lines", "One.\nTwo.", ["Ana Ruiz"])


def test_keywords_are_shared_whatever_their_case(make_paper):
    make_paper(keywords=["ImageNet"])
    make_paper(keywords=["imagenet", "new"])
    assert sorted(Keyword.objects.values_list("name", flat=True)) == ["ImageNet", "new"]


def test_a_repeated_update_changes_nothing(make_paper):
    paper = make_paper("Spikes", ["Ana Ruiz"], ["neurons"])
    same = {"values": {"title": "Spikes"}, "authors": [AuthorLine("Ana Ruiz")], "keywords": ["neurons"]}
    assert not services.update_paper(paper=paper, **same)
    assert Paper.objects.get().content_version == 1


def test_a_new_title_renames_the_room_and_asks_for_similar_papers(make_paper, edition):
    paper = make_paper("Old")
    edition.rebuilds.all().delete()
    assert services.update_paper(paper=paper, values={"title": "New"})
    assert Room.objects.get().name == "New"
    assert paper.title == "New"
    assert edition.rebuilds.get().state == "waiting"


def test_a_new_link_asks_for_no_similar_papers(make_paper, edition):
    paper = make_paper("Old")
    edition.rebuilds.all().delete()
    services.update_paper(paper=paper, values={"pdf_url": "https://example.org/a.pdf"})
    assert not edition.rebuilds.exists()


def test_authors_change_places_and_keep_their_accounts(make_paper):
    paper = make_paper("Spikes", ["Ana", "Bo"])
    user = UserFactory()
    paper.authorships.filter(name="Bo").update(user=user)
    lines = [AuthorLine("Bo", affiliation="Addis Ababa"), AuthorLine("Cy"), AuthorLine("Ana")]
    assert services.set_authors(paper=paper, authors=lines)
    assert names(paper) == ["Bo", "Cy", "Ana"]
    assert Authorship.objects.get(name="Bo").user == user
    assert paper.authors_text == "Bo, Cy, Ana"


def test_an_author_who_is_no_longer_one_goes(make_paper):
    paper = make_paper("Spikes", ["Ana", "Bo"])
    services.set_authors(paper=paper, authors=[AuthorLine("Bo")])
    assert names(paper) == ["Bo"]


def test_two_authors_of_one_name_are_two(make_paper):
    paper = make_paper("Spikes", ["Wei Wang", "Wei Wang"])
    assert not services.set_authors(paper=paper, authors=[AuthorLine("Wei Wang"), AuthorLine("Wei Wang")])
    assert names(paper) == ["Wei Wang", "Wei Wang"]


@pytest.mark.parametrize(
    "values",
    [
        {"title": ""},
        {"title": "x" * 401},
        {"title": "Fine", "pdf_url": "javascript:alert(1)"},
        {"title": "Fine", "key": "map"},
        {"title": "Fine", "key": "two words"},
        {"title": "Fine", "key": "taken"},
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_written(make_paper, edition, values):
    make_paper("Taken", key="taken")
    with pytest.raises(ValidationError):
        services.create_paper(edition=edition, values=values)
    assert Paper.objects.count() == Room.objects.count() == 1


def test_many_papers_take_as_many_queries_as_one(make_paper, edition, django_assert_num_queries):
    make_paper()  # which makes the row that asks for similar papers

    def lines(count, key):
        return [
            PaperLine({"key": f"{key}{number}", "title": f"Paper {number}"}, [AuthorLine("Ana")], ["Maps", f"{number}"])
            for number in range(count)
        ]

    with CaptureQueriesContext(connection) as one:
        services.create_papers(edition=edition, many=lines(1, "a"))
    with django_assert_num_queries(len(one)):
        made = services.create_papers(edition=edition, many=lines(60, "b"))
    assert [paper.key for paper in made] == [f"b{number}" for number in range(60)]
    assert {paper.room.name for paper in made} == {f"Paper {number}" for number in range(60)}
    assert [row.name for row in made[59].keywords.order_by("-name")] == ["Maps", "59"]


def test_one_that_does_not_fit_keeps_all_of_them_out(make_paper, edition):
    make_paper("Taken", key="taken")
    many = [PaperLine({"key": "fine", "title": "Fine"}), PaperLine({"key": "taken", "title": "Again"})]
    with pytest.raises(ValidationError):
        services.create_papers(edition=edition, many=many)
    with pytest.raises(IntegrityError), transaction.atomic():
        services.create_papers(edition=edition, many=[many[0], many[0]])
    assert Paper.objects.count() == Room.objects.count() == 1


def test_of_two_spellings_of_a_keyword_the_first_is_made(edition):
    many = [PaperLine({"title": "One"}, keywords=["ImageNet"]), PaperLine({"title": "Two"}, keywords=["imagenet"])]
    one, two = services.create_papers(edition=edition, many=many)
    assert one.keywords.get() == two.keywords.get() == Keyword.objects.get(name="ImageNet")


def test_a_field_of_the_services_own_is_not_for_callers(make_paper):
    with pytest.raises(ValueError, match="authors_text"):
        services.update_paper(paper=make_paper(), values={"authors_text": "Me"})


def test_deleting_a_paper_takes_its_silent_room_along(make_paper):
    services.delete_paper(paper=make_paper())
    assert not Room.objects.exists()


def test_deleting_a_paper_leaves_what_people_wrote(make_paper):
    paper = make_paper()
    Message.objects.create(room=paper.room, author=UserFactory(), seq=1, change=1, text="Hello")
    Room.objects.update(last_seq=1, last_change=1)
    services.delete_paper(paper=Paper.objects.get())
    assert Message.objects.get().text == "Hello"
    assert Room.objects.get().is_closed


def test_a_theme_is_made_once_and_brought_up_to_date(edition):
    theme = services.save_theme(edition=edition, slug="rl", name="Reliable RL")
    again = services.save_theme(edition=edition, slug="rl", name="RL", position=2)
    assert (theme.pk, again.name, edition.themes.get().position) == (again.pk, "RL", 2)


def test_highlights_are_replaced_and_a_paper_twice_counts_once(make_paper, edition):
    one, two = make_paper("One"), make_paper("Two")
    theme = services.save_theme(edition=edition, slug="rl", name="RL")
    day = dt.date(2031, 4, 27)
    lines = [HighlightLine(one, day, theme), HighlightLine(one, day, theme), HighlightLine(two, None)]
    assert services.set_highlights(edition=edition, lines=lines)
    kept = Highlight.objects.get(paper=two).pk
    assert not services.set_highlights(edition=edition, lines=lines)
    assert services.set_highlights(edition=edition, lines=[HighlightLine(two, None, position=3)])
    assert list(Highlight.objects.values_list("pk", "position")) == [(kept, 3)]


def test_a_paper_of_another_edition_is_no_highlight(make_paper):
    with pytest.raises(ValueError, match="no paper of"):
        services.set_highlights(edition=EditionFactory(), lines=[HighlightLine(make_paper())])
