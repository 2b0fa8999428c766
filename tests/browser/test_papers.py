"""Finding and reading papers in a browser: typing, keyboard only, without scripts, with maths."""

import re
import time

import pytest
from playwright.sync_api import expect

from papers import services
from papers.services import AuthorLine
from tests.factories import EditionFactory, RegistrationFactory, UserFactory

EMAIL = "ada@example.org"
BOMB = r"$\def\a{\b\b\b\b\b\b\b\b\b\b}\def\b{\c\c\c\c\c\c\c\c\c\c}\def\c{\d\d\d\d\d\d\d\d\d\d}\def\d{\e\e\e\e\e\e\e\e}\def\e{x}\a\a\a$"
LOOP = r"$\def\x{\x\x}\x$"
LINK = r"$\href{javascript:alert(1)}{x}$"


@pytest.fixture
def edition():
    edition = EditionFactory(slug="2031")
    RegistrationFactory(edition=edition, user=UserFactory(email=EMAIL, name="Ada"))
    return edition


@pytest.fixture
def papers(edition):
    def make(title, author, **values):
        values = {"title": title, **values}
        services.create_paper(edition=edition, values=values, authors=[AuthorLine(author)], keywords=["fish"])

    make("Salmon migration", "Jürgen Möller", key="salmon", track="Rivers", abstract="We count salmon.")
    make("Trout hatcheries", "Ana Ruiz", key="trout", track="Farms")
    make("Baking bread", "Bo Li", key="bread", track="Farms")


def titles(page):
    return page.locator(".paper-card__title")


@pytest.mark.usefixtures("papers")
def test_typing_finds_papers_and_the_address_keeps_the_search(new_reader):
    page = new_reader(EMAIL)
    page.goto("/2031/papers/")
    expect(titles(page)).to_have_text(["Baking bread", "Salmon migration", "Trout hatcheries"])
    box = page.get_by_role("searchbox")
    box.press_sequentially("hatch")
    expect(titles(page)).to_have_text(["Trout hatcheries"])
    expect(page.locator("#paper-count")).to_have_text("1 paper")
    expect(page).to_have_url(re.compile(r"/2031/papers/\?q=hatch$"))
    expect(box).to_be_focused()
    expect(box).to_have_value("hatch")
    page.reload()
    expect(titles(page)).to_have_text(["Trout hatcheries"])
    box.fill("moler")
    expect(page.locator("#paper-count")).to_contain_text("names like that")
    expect(titles(page)).to_have_text(["Salmon migration"])


@pytest.mark.usefixtures("papers")
def test_going_back_from_a_paper_shows_the_search_again(new_reader):
    page = new_reader(EMAIL)
    page.goto("/2031/papers/")
    page.get_by_role("searchbox").fill("salmon")
    expect(titles(page)).to_have_text(["Salmon migration"])
    page.get_by_role("link", name="Salmon migration").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Salmon migration")
    page.go_back()
    expect(titles(page)).to_have_text(["Salmon migration"])
    expect(page.get_by_role("searchbox")).to_have_value("salmon")


@pytest.mark.usefixtures("papers")
def test_the_keyboard_alone_searches_filters_and_opens_a_paper(new_reader):
    page = new_reader(EMAIL)
    page.goto("/2031/papers/")
    page.get_by_role("searchbox").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Track")).to_be_focused()
    page.keyboard.type("Farms")
    expect(titles(page)).to_have_text(["Baking bread", "Trout hatcheries"])
    page.get_by_role("button", name="Search").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Baking bread")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/2031/papers/bread/$"))


@pytest.mark.usefixtures("papers")
def test_search_filters_and_reading_work_without_scripts(new_reader):
    page = new_reader(EMAIL, scripts=False)
    page.goto("/2031/papers/")
    page.get_by_role("searchbox").fill("jurgen moller")
    page.get_by_role("searchbox").press("Enter")
    expect(titles(page)).to_have_text(["Salmon migration"])
    page.get_by_role("link", name="Salmon migration").click()
    expect(page.get_by_text("We count salmon.")).to_be_visible()
    page.get_by_role("link", name="fish").click()
    expect(titles(page)).to_have_count(3)
    page.get_by_role("link", name="Keyword: fish").click()
    expect(page).to_have_url(re.compile("/2031/papers/$"))


def test_maths_is_drawn_and_what_looks_like_it_is_not(new_reader, edition):
    abstract = r"Error falls as $\frac{1}{n^2}$ for between $5 and $10 <b>each</b>."
    services.create_paper(edition=edition, values={"key": "m", "title": r"On $\ell_2$ balls", "abstract": abstract})
    page = new_reader(EMAIL)
    page.goto("/2031/papers/m/")
    expect(page.locator(".paper__abstract .katex")).to_have_count(1)
    expect(page.locator("h1 .katex")).to_have_count(1)
    expect(page.locator(".paper__abstract")).to_contain_text("between $5 and $10 <b>each</b>.")
    page.goto("/2031/papers/")
    expect(page.locator(".paper-card .katex")).to_have_count(1)


def test_a_page_without_maths_fetches_none_of_katex(new_reader, edition):
    services.create_paper(edition=edition, values={"key": "p", "title": "Plain", "abstract": "No maths for $5."})
    page = new_reader(EMAIL)
    fetched = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto("/2031/papers/p/", wait_until="networkidle")
    assert not [address for address in fetched if "katex" in address]


@pytest.mark.parametrize("bomb", [BOMB, LOOP, LINK])
def test_a_macro_bomb_is_inert(new_reader, edition, bomb):
    values = {"key": "b", "title": "Bomb", "abstract": f"{bomb} and $x^2$"}
    services.create_paper(edition=edition, values=values)
    page = new_reader(EMAIL)
    start = time.monotonic()
    page.goto("/2031/papers/b/")
    expect(page.locator(".paper__abstract .katex")).not_to_have_count(0)
    assert time.monotonic() - start < 5
    took = page.evaluate(
        """async () => {
            const { drawMaths } = await import("/static/js/maths.js");
            const box = document.createElement("div");
            box.innerHTML = "<span class='math'></span>";
            box.firstChild.textContent = arguments[0];
            const start = performance.now();
            await drawMaths(box);
            return performance.now() - start;
        }""".replace("arguments[0]", repr(bomb.strip("$")))
    )
    assert took < 200
    expect(page.locator("a[href^=javascript]")).to_have_count(0)


@pytest.mark.usefixtures("papers")
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [390, 1280])
def test_pages_of_papers_keep_the_accessibility_rules(new_reader, axe, edition, dark, width):
    services.rebuild_now(edition=edition)
    page = new_reader(EMAIL, dark=dark, width=width)
    for path in ("", "salmon/", "?q=zzzzzz"):
        page.goto(f"/2031/papers/{path}")
        axe(page)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} is {wide} px too wide"
