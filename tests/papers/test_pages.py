import datetime as dt
import re

import pytest
from django.utils import timezone

from papers import services
from papers.services import AuthorLine, HighlightLine
from papers.templatetags.papers import typeset
from tests.factories import EditionFactory, SessionFactory, SlotFactory

pytestmark = pytest.mark.django_db


def tight(response):
    """The page without the white space that the formatter puts into tags."""
    return re.sub(r"\s+", " ", response.text).replace(" >", ">")


def test_the_list_shows_papers_with_authors_theme_and_keywords(admitted, make_paper, edition):
    theme = services.save_theme(edition=edition, slug="rl", name="Reliable RL", position=12)
    make_paper("Spikes & waves", ["Ana Ruiz", "Bo Li"], ["neural nets"], theme=theme, key="B1x")
    page = admitted.get("/2031/papers/").text
    for words in (
        "Spikes &amp; waves",
        "Ana Ruiz, Bo Li",
        "Reliable RL",
        "theme-1",
        "1 paper",
        "?keyword=neural%20nets",
    ):
        assert words in page
    assert 'href="/2031/papers/B1x/"' in page


@pytest.mark.parametrize("number", [1, 3, 60])
@pytest.mark.parametrize("query", ["", "?q=paper", "?q=zzzzzz", "?track=A&keyword=k"])
def test_the_list_takes_at_most_twelve_queries(
    admitted, make_paper, edition, django_assert_max_num_queries, number, query
):
    theme = services.save_theme(edition=edition, slug="rl", name="RL")
    session = SessionFactory(edition=edition)
    for place in range(number):
        paper = make_paper(f"Paper {place}", ["Ana", "Bo"], ["k", "l"], track="A", theme=theme)
        SlotFactory(session=session, paper=paper)
    with django_assert_max_num_queries(12):
        assert admitted.get(f"/2031/papers/{query}").status_code == 200


@pytest.mark.parametrize("number", [1, 3, 60])
def test_a_paper_takes_at_most_twelve_queries(admitted, make_paper, edition, django_assert_max_num_queries, number):
    for place in range(number):
        paper = make_paper(f"Salmon {place}", ["Ana", "Bo"], ["k", "l"], abstract="Salmon migration in rivers")
        for _session in range(2):
            SlotFactory(paper=paper, session=SessionFactory(edition=edition))
    services.rebuild_now(edition=edition)
    with django_assert_max_num_queries(12):
        assert admitted.get(paper.get_absolute_url()).status_code == 200


def test_the_paper_page_shows_what_there_is(admitted, make_paper, edition):
    paper = make_paper(
        "Salmon <b>migration",
        ["Ana Ruiz"],
        ["fish"],
        abstract=r"We \emph{count} $n^2$ <script>alert(1)</script> for $5.",
        pdf_url="https://example.org/a.pdf",
        track="Rivers",
        key="B1x",
    )
    make_paper("Salmon hatchery", ["Ana Ruiz", "Bo"])
    services.rebuild_now(edition=edition)
    page = tight(admitted.get("/2031/papers/B1x/"))
    assert "<em>count</em>" in page
    assert '<span class="math">n^2</span>' in page
    assert "<script>alert(1)" not in page
    assert "<b>migration" not in page
    assert "Shares: salmon" in page
    assert "More by these authors" in page
    assert 'href="https://example.org/a.pdf" rel="noopener noreferrer"' in page
    assert f'topic="here:paper:{paper.key}"' in page
    assert f'room="{paper.room.key}"' in page


def test_a_bare_paper_shows_no_empty_headings(admitted, make_paper):
    page = admitted.get(make_paper().get_absolute_url()).text
    for heading in ("Abstract", "Similar papers", "More by these authors", "PDF"):
        assert heading not in page


def test_a_paper_that_is_not_there_is_not_found(admitted, make_paper, edition):
    make_paper(key="one")
    other = EditionFactory()
    assert admitted.get("/2031/papers/nothing/").status_code == 404
    assert admitted.get(f"/{other.slug}/papers/one/").status_code == 403


def test_the_address_is_the_state(admitted, make_paper):
    for place in range(30):
        make_paper(f"Paper {place:02}", track="A & B" if place else "C")
    page = admitted.get("/2031/papers/", {"q": "paper", "track": "A & B", "page": 2})
    assert page.context["page_obj"].number == 2
    assert [paper.track for paper in page.context["page_obj"]] == ["A & B"] * 5
    assert "q=paper&amp;track=A+%26+B&amp;page=1" in page.text
    assert '<option value="A &amp; B" selected>' in page.text


@pytest.mark.parametrize("query", ["page=zero", "page=99999", "page=-1", "theme=nothing", "keyword="])
def test_odd_addresses_are_borne(admitted, make_paper, query):
    make_paper()
    assert admitted.get(f"/2031/papers/?{query}").status_code == 200


def test_a_keyword_in_force_can_be_taken_off(admitted, make_paper):
    make_paper(keywords=["fish"])
    page = tight(admitted.get("/2031/papers/?keyword=fish&q=paper"))
    assert 'href="/2031/papers/?q=paper"' in page
    assert '<input type="hidden" name="keyword" value="fish">' in page


def test_nothing_found_says_so_with_a_way_out(admitted, make_paper):
    make_paper()
    assert "No paper fits" in admitted.get("/2031/papers/?q=zzzzzz").text


def test_no_papers_yet_says_so(admitted):
    assert "No papers yet" in admitted.get("/2031/papers/").text


def test_a_misspelt_name_says_what_it_did(admitted, make_paper):
    make_paper("Attention", ["Ashish Vaswani"])
    page = admitted.get("/2031/papers/?q=vaswni").text
    assert "No paper has these words. 1 paper by authors with names like that:" in page


def test_typing_gets_only_the_results_and_the_address_for_them(admitted, make_paper):
    make_paper("Spikes")
    headers = {"HX-Request": "true", "HX-Target": "div#paper-results"}
    response = admitted.get("/2031/papers/?q=spik&track=&theme=", headers=headers)
    assert "<html" not in response.text
    assert "Spikes" in response.text
    assert response["HX-Replace-Url"] == "/2031/papers/?q=spik"
    assert "HX-Target" in response["Vary"]


def test_htmx_for_another_place_gets_the_whole_page(admitted):
    response = admitted.get("/2031/papers/", headers={"HX-Request": "true", "HX-Target": "main#main"})
    assert "<html" in response.text


def test_home_shows_the_days_highlights_by_theme(admitted, make_paper, edition):
    theme = services.save_theme(edition=edition, slug="rl", name="Reliable RL")
    today = timezone.now().astimezone(edition.tz).date()
    lines = [
        HighlightLine(make_paper("Of today"), today, theme),
        HighlightLine(make_paper("Of tomorrow"), today + dt.timedelta(days=1), theme),
        HighlightLine(make_paper("Of every day"), None),
    ]
    services.set_highlights(edition=edition, lines=lines)
    page = admitted.get("/2031/").text
    assert "Of today" in page
    assert "Reliable RL" in page
    assert "Of tomorrow" not in page
    assert "Of every day" not in page
    services.set_highlights(edition=edition, lines=lines[1:])
    assert "Of every day" in admitted.get("/2031/").text
    services.set_highlights(edition=edition, lines=[])
    assert "highlights" not in admitted.get("/2031/").text


def test_a_card_never_shows_what_was_before(admitted, make_paper, edition):
    theme = services.save_theme(edition=edition, slug="rl", name="Reliable RL")
    paper = make_paper("Before", ["Ana"], ["old"], theme=theme)
    assert "Reliable RL" in admitted.get("/2031/papers/").text
    services.save_theme(edition=edition, slug="rl", name="Robust RL")
    services.update_paper(paper=paper, values={"title": "After"}, authors=[AuthorLine("Bo")], keywords=["new"])
    cards = admitted.get("/2031/papers/").text.partition('class="paper-list"')[2]
    assert all(word in cards for word in ("Robust RL", "After", "Bo", "new"))
    assert not any(word in cards for word in ("Reliable RL", "Before", "Ana", "old"))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("1 < 2 & <b>", "1 &lt; 2 &amp; &lt;b&gt;"),
        ("$<i>x$", '<span class="math">&lt;i&gt;x</span>'),
        (r"\emph{<i>} \textbf{a} \texttt{{b}}", "<em>&lt;i&gt;</em> <strong>a</strong> <code>{b}</code>"),
        (
            r"\url{https://example.org/?a=<b>}",
            '<a href="https://example.org/?a=" rel="nofollow">https://example.org/?a=</a>&lt;b&gt;',
        ),
        (r"\url{javascript:alert(1)}", "javascript:alert(1)"),
    ],
)
def test_authors_text_is_escaped_piece_by_piece(text, html):
    assert typeset(text) == html
