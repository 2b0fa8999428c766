import pytest

from papers import services
from papers.services import AuthorLine

pytestmark = pytest.mark.django_db


@pytest.fixture
def papers(make_paper, edition):
    one = make_paper("Salmon migration", ["Ana Ruiz"], ["fish"], key="one", track="Rivers", abstract="Salmon.")
    two = make_paper("Salmon hatchery", key="two")
    services.set_authors(paper=one, authors=[AuthorLine("Ana Ruiz", "Addis Ababa")])
    services.rebuild_now(edition=edition)
    return one, two


@pytest.mark.usefixtures("papers")
def test_the_list_takes_the_pages_filters(admitted):
    found = admitted.get("/api/v1/2031/papers/?q=salmon&track=Rivers").json()
    assert found["count"] == 1
    assert found["results"] == [
        {
            "key": "one",
            "title": "Salmon migration",
            "authors": "Ana Ruiz",
            "track": "Rivers",
            "kind": "",
            "theme": None,
            "keywords": ["fish"],
        }
    ]


def test_one_paper_names_authors_links_and_room(admitted, papers):
    found = admitted.get("/api/v1/2031/papers/one/").json()
    assert found["authors"] == [{"name": "Ana Ruiz", "affiliation": "Addis Ababa"}]
    assert found["abstract"] == "Salmon."
    assert found["room"] == papers[0].room.key
    assert not set(found) & {"id", "search", "bigrams"}


@pytest.mark.usefixtures("papers")
def test_similar_papers_come_with_their_reasons(admitted):
    [near] = admitted.get("/api/v1/2031/papers/one/similar/").json()
    assert near["paper"]["key"] == "two"
    assert near["shared"] == ["salmon"]


@pytest.mark.usefixtures("papers")
def test_nothing_can_be_written(admitted):
    for method in (admitted.post, admitted.put, admitted.patch, admitted.delete):
        assert method("/api/v1/2031/papers/one/").status_code in {403, 405}


@pytest.mark.usefixtures("papers")
def test_what_is_not_there_is_not_found(admitted):
    assert admitted.get("/api/v1/2031/papers/none/").status_code == 404
    assert admitted.get("/api/v1/2031/papers/none/similar/").status_code == 404


@pytest.mark.usefixtures("papers")
@pytest.mark.parametrize("path", ["", "one/", "one/similar/"])
def test_the_anonymous_get_nothing(client, path):
    assert client.get(f"/api/v1/2031/papers/{path}").status_code == 401


@pytest.mark.parametrize("number", [1, 3, 24])
def test_the_list_takes_at_most_eight_queries(admitted, make_paper, django_assert_max_num_queries, number):
    for place in range(number):
        make_paper(f"Paper {place}", ["Ana"], ["k"])
    with django_assert_max_num_queries(8):
        assert len(admitted.get("/api/v1/2031/papers/").json()["results"]) == number
