import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from papers import services
from papers.models import Highlight, Paper, Rebuild, Theme
from papers.services import AuthorLine
from tests.factories import EditionFactory, UserFactory

pytestmark = pytest.mark.django_db

LINKS = {"pdf_url": "", "code_url": "", "demo_url": "", "forum_url": ""}
NO_AUTHORS = {"authorships-TOTAL_FORMS": 0, "authorships-INITIAL_FORMS": 0}


@pytest.fixture
def organizer(client):
    user = UserFactory(is_staff=True, is_superuser=True)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.get("/admin/")  # the first page of a session writes down where it is from
    return client


def submitted(**values):
    return {"title": "", "key": "b1", "abstract": "", "keyword_lines": "", "track": "", "kind": "", **LINKS, **values}


def test_a_paper_added_in_admin_gets_its_room_and_authors(organizer, edition):
    data = submitted(edition=edition.pk, title="Spikes", key="B1x", keyword_lines="a\nb") | {
        "authorships-TOTAL_FORMS": 2,
        "authorships-INITIAL_FORMS": 0,
        "authorships-0-position": 1,
        "authorships-0-name": "Bo",
        "authorships-0-affiliation": "",
        "authorships-1-position": 0,
        "authorships-1-name": "Ana",
        "authorships-1-affiliation": "Addis",
    }
    response = organizer.post(reverse("admin:papers_paper_add"), data)
    assert response.status_code == 302, response.context["errors"]
    paper = Paper.objects.get(key="B1x")
    assert paper.room.name == "Spikes"
    assert paper.authors_text == "Ana, Bo"
    assert paper.keyword_names == ["a", "b"]


def test_a_paper_changed_in_admin_is_changed_by_the_service(organizer, make_paper):
    paper = make_paper("Old", ["Ana", "Bo"], ["a"])
    ana, bo = paper.authorships.all()
    data = submitted(title="New", key=paper.key, keyword_lines="a") | {
        "authorships-TOTAL_FORMS": 2,
        "authorships-INITIAL_FORMS": 2,
        "authorships-0-id": ana.pk,
        "authorships-0-paper": paper.pk,
        "authorships-0-DELETE": "on",
        "authorships-0-position": 0,
        "authorships-0-name": "Ana",
        "authorships-1-id": bo.pk,
        "authorships-1-paper": paper.pk,
        "authorships-1-position": 1,
        "authorships-1-name": "Bo",
        "authorships-1-affiliation": "Lagos",
    }
    response = organizer.post(reverse("admin:papers_paper_change", args=[paper.pk]), data)
    assert response.status_code == 302, response.context["errors"]
    paper = Paper.objects.get()
    assert (paper.title, paper.room.name, paper.authors_text) == ("New", "New", "Bo")
    assert paper.authorships.get().affiliation == "Lagos"


def test_a_theme_of_another_edition_is_refused_at_its_field(organizer, make_paper):
    paper = make_paper("Old")
    theme = services.save_theme(edition=EditionFactory(), slug="x", name="X")
    data = submitted(title="New", key=paper.key, theme=theme.pk) | NO_AUTHORS
    response = organizer.post(reverse("admin:papers_paper_change", args=[paper.pk]), data)
    assert "belongs to another edition" in response.text
    assert Paper.objects.get().title == "Old"


def test_a_reserved_key_is_refused_at_its_field(organizer, edition):
    data = submitted(edition=edition.pk, title="Map", key="map") | NO_AUTHORS
    response = organizer.post(reverse("admin:papers_paper_add"), data)
    assert "address of the site itself" in response.text


def test_deleting_in_admin_goes_through_the_service(organizer, make_paper, edition):
    paper = make_paper()
    room = paper.room
    organizer.post(reverse("admin:papers_paper_delete", args=[paper.pk]), {"post": "yes"})
    assert not Paper.objects.exists()
    assert not type(room).objects.filter(pk=room.pk).exists()


def test_the_list_of_keywords_counts_their_papers(organizer, edition):
    for title in ("First", "Second"):
        services.create_paper(edition=edition, values={"title": title}, keywords=["attention"])
    page = organizer.get(reverse("admin:papers_keyword_changelist")).content.decode()
    assert '<td class="field-number_of_papers">2</td>' in page


@pytest.mark.parametrize("number", [1, 60])
@pytest.mark.parametrize("model", ["paper", "theme", "keyword", "highlight", "rebuild"])
def test_lists_in_admin_take_at_most_twelve_queries(
    organizer, make_paper, edition, django_assert_max_num_queries, number, model
):
    papers = [
        make_paper(
            f"Paper {place}",
            ["Ana"],
            [f"k{place}"],
            theme=services.save_theme(edition=edition, slug=f"t{place}", name="T"),
        )
        for place in range(number)
    ]
    services.set_highlights(
        edition=edition, lines=[services.HighlightLine(paper, None, paper.theme) for paper in papers]
    )
    with django_assert_max_num_queries(12):
        assert organizer.get(reverse(f"admin:papers_{model}_changelist")).status_code == 200


@pytest.mark.parametrize("number", [1, 30])
def test_a_paper_in_admin_takes_at_most_twelve_queries(organizer, make_paper, django_assert_max_num_queries, number):
    paper = make_paper("Paper", [f"Author {place}" for place in range(number)], ["a", "b"])
    services.set_authors(
        paper=paper, authors=[AuthorLine(f"Author {place}", user=UserFactory()) for place in range(number)]
    )
    with django_assert_max_num_queries(12):
        assert organizer.get(reverse("admin:papers_paper_change", args=[paper.pk])).status_code == 200


def test_papers_are_searched_by_name_without_accents(organizer, make_paper):
    make_paper("One", ["Jürgen Schmidhuber"])
    make_paper("Two")
    page = organizer.get(reverse("admin:papers_paper_changelist"), {"q": "jurgen"})
    assert [paper.title for paper in page.context["cl"].result_list] == ["One"]


def test_a_highlight_is_saved_by_the_service(organizer, make_paper, edition):
    paper = make_paper()
    data = {"paper": paper.pk, "day": "", "theme": "", "position": 1}
    response = organizer.post(reverse("admin:papers_highlight_add"), data)
    assert response.status_code == 302, response.context["errors"]
    assert Highlight.objects.get().edition == edition


def test_a_highlight_twice_or_under_anothers_theme_is_refused(organizer, make_paper):
    paper = make_paper()
    foreign = services.save_theme(edition=EditionFactory(), slug="x", name="X")
    services.save_highlight(line=services.HighlightLine(paper))
    for theme in ("", foreign.pk):
        data = {"paper": paper.pk, "day": "", "theme": theme, "position": 1}
        assert organizer.post(reverse("admin:papers_highlight_add"), data).status_code == 200
    assert Highlight.objects.count() == 1


def test_a_theme_is_renamed(organizer, edition):
    theme = services.save_theme(edition=edition, slug="rl", name="RL")
    organizer.post(reverse("admin:papers_theme_change", args=[theme.pk]), {"name": "Reliable", "position": 3})
    assert Theme.objects.values_list("slug", "name", "position").get() == ("rl", "Reliable", 3)


def test_compute_now_makes_the_edition_due(organizer, edition):
    row = Rebuild.objects.create(edition=edition, state=Rebuild.State.DONE, due_at=timezone.now())
    data = {"action": "compute_now", "_selected_action": [row.pk]}
    response = organizer.post(reverse("admin:papers_rebuild_changelist"), data, follow=True)
    assert "1 computation begins." in response.text
    assert edition.rebuilds.filter(state="waiting", due_at__lte=timezone.now()).exists()


# --- Import --------------------------------------------------------------------------------------------------------

HEADER = "edition,key,title,authors,abstract,keywords,theme,track\n"


def upload(organizer, text):
    file = SimpleUploadedFile("papers.csv", text.encode(), "text/csv")
    return organizer.post(reverse("admin:papers_paper_import"), {"format": "0", "import_file": file})


def confirm(organizer, preview):
    form = preview.context["confirm_form"]
    return organizer.post(reverse("admin:papers_paper_process_import"), form.initial, follow=True)


def test_an_import_shows_what_it_would_do_then_does_it(organizer, make_paper, edition):
    services.save_theme(edition=edition, slug="rl", name="RL")
    paper = make_paper("Old", ["Ana", "Bo"], ["a"], key="one", pdf_url="https://example.org/a.pdf")
    services.set_authors(paper=paper, authors=[AuthorLine("Ana", "Addis Ababa"), AuthorLine("Bo")])
    text = HEADER + "2031,one,New,Bo|Ana,,a,rl,\n2031,two,Second,Cy,Text,x|y,,Vision\n"
    preview = upload(organizer, text)
    assert Paper.objects.get().title == "Old"
    confirm(organizer, preview)
    one, two = Paper.objects.order_by("key")
    assert (one.title, one.authors_text, one.theme.slug) == ("New", "Bo, Ana", "rl")
    assert one.pdf_url == "https://example.org/a.pdf"
    assert one.authorships.get(name="Ana").affiliation == "Addis Ababa"
    assert one.room.name == "New"
    assert (two.title, two.keyword_names, two.track) == ("Second", ["x", "y"], "Vision")
    again = upload(organizer, text)
    assert again.context["result"].totals["skip"] == 2


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("2031,one,,A,,,,", "title"),
        ("1999,one,Title,A,,,,", "edition"),
        ("2031,one,Title,A,,,nothing,", "no theme nothing"),
    ],
)
@pytest.mark.usefixtures("edition")
def test_what_is_wrong_in_a_file_is_said_before_anything_is_written(organizer, row, message):
    preview = upload(organizer, HEADER + row + "\n")
    assert message in preview.text
    assert not preview.context.get("confirm_form")
    assert not Paper.objects.exists()


def test_a_previews_queries_do_not_grow_with_the_file(organizer, make_paper, django_assert_max_num_queries):
    for place in range(30):
        make_paper(f"Paper {place}", ["Ana"], ["k"], key=f"p{place}")
    rows = "".join(f"2031,p{place},Changed {place},Bo|Cy,,k|l,,\n" for place in range(60))
    with django_assert_max_num_queries(12):
        assert upload(organizer, HEADER + rows).context["result"].totals["update"] == 30


def test_an_export_can_be_imported_again(organizer, make_paper):
    make_paper("=Spikes", ["Ana", "Bo"], ["a", "b"], key="one")
    response = organizer.post(
        reverse("admin:papers_paper_export"),
        {
            "format": "0",
            **{f"paperresource_{name}": "on" for name in ("edition", "key", "title", "authors", "keywords")},
        },
    )
    text = response.content.decode()
    assert "Ana|Bo" in text
    assert upload(organizer, text).context["result"].totals["skip"] == 1
