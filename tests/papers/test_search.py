import pytest
from django.contrib.postgres.search import SearchQuery
from django.db import connection

from chat.models import Room
from papers import queries, services
from papers.models import Paper
from papers.search import parse
from tests.factories import EditionFactory, PaperFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def find(edition):
    def titles(text, **filters):
        found = queries.find(edition, queries.Criteria.of({"q": text, **filters}))
        return [paper.title for paper in found.page]

    return titles


@pytest.fixture
def papers(make_paper):
    make_paper("Attention is all you need", ["Ashish Vaswani", "Łukasz Kaiser"], ["transformers"])
    make_paper("Deep residual learning", ["Kaiming He"], ["image recognition"], abstract="Attention comes later.")
    make_paper(
        "The Erdős–Rényi graph", ["Yoshua Bengio", "Jürgen Schmidhuber"], abstract="Learned and/or random graphs."
    )
    make_paper("深度学习入门", ["王伟"], ["机器学习"], abstract="一种方法")
    make_paper("Self-attention for COVID-19", ["Ada Lovelace"], abstract="We ﬁnd v1.5 of the model; robust, really.")


@pytest.mark.usefixtures("papers")
@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("attention need", "Attention is all you need"),
        ("ATTENTION IS ALL YOU NEED", "Attention is all you need"),
        ("transformer", "Attention is all you need"),  # by the stem
        ("learn resid", "Deep residual learning"),  # the last word is only begun
        ("residual learnin", "Deep residual learning"),
        ("vaswani", "Attention is all you need"),
        ("lukasz", "Attention is all you need"),
        ("erdos renyi", "The Erdős–Rényi graph"),
        ("Erdös-Rényi", "The Erdős–Rényi graph"),
        ("schmidhuber jurgen", "The Erdős–Rényi graph"),
        ("random graphs", "The Erdős–Rényi graph"),
        ("self-att", "Self-attention for COVID-19"),
        ("covid 19", "Self-attention for COVID-19"),
        ("find", "Self-attention for COVID-19"),  # written with a ligature
        ("theory OR covid", "Self-attention for COVID-19"),
        ('"residual learning"', "Deep residual learning"),
        ("attention -need -self", "Deep residual learning"),
        ("学习", "深度学习入门"),
        ("机器", "深度学习入门"),
        ("深", "深度学习入门"),
        ("王伟", "深度学习入门"),
    ],
)
def test_a_search_finds(find, text, first):
    assert find(text)[:1] == [first]


@pytest.mark.usefixtures("papers")
@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Vaswni", "Attention is all you need"),
        ("Bengoi", "The Erdős–Rényi graph"),
        ("Shmidhuber", "The Erdős–Rényi graph"),
        ("yoshua bengoi", "The Erdős–Rényi graph"),
        ("Bengoi graph", "The Erdős–Rényi graph"),
        ("kaimng", "Deep residual learning"),
    ],
)
def test_a_misspelt_name_is_found(find, edition, text, first):
    assert find(text)[:1] == [first]
    assert queries.find(edition, queries.Criteria(text)).is_alike


@pytest.mark.usefixtures("papers")
@pytest.mark.parametrize("text", ["quantum", "学校", "graph residual", '"learning residual"', "xyzzyq", '- "', "!!!"])
def test_a_search_for_what_is_not_there_finds_nothing(find, text):
    assert find(text) == []


@pytest.mark.usefixtures("papers")
def test_a_title_counts_more_than_an_abstract(find):
    assert find("attention") == ["Attention is all you need", "Self-attention for COVID-19", "Deep residual learning"]


@pytest.mark.usefixtures("papers")
@pytest.mark.parametrize(
    "text", ["'", "\\", "a & | b", ":*", "foo:*", "(((", "\x00", "-", '"', '-"', "OR", "% _", "'; --", "x" * 5000]
)
def test_no_text_breaks_the_search(find, text):
    find(text)


def test_without_text_papers_come_by_title_whatever_their_case(find, make_paper):
    for title in ("beta", "Alpha", "Gamma"):
        make_paper(title)
    assert find("") == ["Alpha", "beta", "Gamma"]


def test_filters_narrow_the_papers(find, make_paper, edition):
    theme = services.save_theme(edition=edition, slug="rl", name="RL")
    make_paper("One", track="Vision", theme=theme, keywords=["Robots"])
    make_paper("Two", track="Language", keywords=["robots", "text"])
    assert find("", track="Vision") == ["One"]
    assert find("", theme="rl") == ["One"]
    assert find("", keyword="ROBOTS") == ["One", "Two"]
    assert find("two", keyword="robots", track="Language") == ["Two"]
    assert find("", track="No such") == []


def test_papers_of_other_editions_are_not_found(find):
    PaperFactory(edition=EditionFactory(), title="Elsewhere")
    assert find("elsewhere") == find("") == []


def test_what_is_left_out_of_a_whole_title_is_looked_for_on_its_own():
    assert len(parse("the theory of learning").groups) == 2
    assert len(parse("of the").groups) == 2


@pytest.fixture
def many_papers(edition):
    rooms = Room.objects.bulk_create(Room(edition=edition, kind="paper", name="Room") for _i in range(300))
    Paper.objects.bulk_create(
        Paper(edition=edition, room=room, title=f"Paper {place}", authors_text=f"Name{place}")
        for place, room in enumerate(rooms)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE papers_paper")
        cursor.execute("SET LOCAL enable_seqscan = off")  # rows are so small here that reading all is as good


@pytest.mark.usefixtures("many_papers")
@pytest.mark.parametrize(
    ("papers", "index"),
    [
        (Paper.objects.filter(search=SearchQuery("77", config="papers_simple")), "paper_search"),
        (Paper.objects.filter(authors_folded__trigram_word_similar="Oladele"), "paper_names"),
    ],
)
def test_words_and_names_have_an_index(papers, index):
    assert index in papers.explain()


def test_the_database_keeps_the_vector_whoever_writes():
    paper = PaperFactory(title="Spikes")
    Paper.objects.filter(pk=paper.pk).update(title="Waves")
    assert queries.search(paper.edition, queries.Criteria("waves")).get() == paper
