import random

import pytest

from papers.recommend import Document, similar

TOPICS = {
    "fish": ["salmon", "river", "migration", "spawning", "gills", "fins", "plankton", "estuary", "trout", "hatchery"],
    "stars": [
        "galaxy",
        "supernova",
        "telescope",
        "redshift",
        "quasar",
        "nebula",
        "luminosity",
        "parallax",
        "orbit",
        "comet",
    ],
    "bread": ["yeast", "dough", "gluten", "fermentation", "oven", "crust", "flour", "sourdough", "kneading", "baker"],
}


def generated(number, seed=1):
    chance = random.Random(seed)  # noqa: S311 - no secret
    topics = [list(TOPICS)[place % len(TOPICS)] for place in range(number)]
    documents = [
        Document(" ".join(chance.sample(TOPICS[topic], 3)), " ".join(chance.choices(TOPICS[topic], k=30)))
        for topic in topics
    ]
    return topics, documents


def test_papers_on_one_topic_are_similar():
    topics, documents = generated(60)
    for place, neighbours in enumerate(similar(documents)):
        assert {topics[near.index] for near in neighbours[:5]} == {topics[place]}


def test_the_nearest_come_first_and_never_the_paper_itself():
    _topics, documents = generated(60)
    for place, neighbours in enumerate(similar(documents, nearest=7)):
        scores = [near.score for near in neighbours]
        assert scores == sorted(scores, reverse=True)
        assert len(scores) == 7
        assert place not in {near.index for near in neighbours}


def test_the_reasons_are_words_of_both():
    _topics, documents = generated(30)
    for place, neighbours in enumerate(similar(documents)):
        for near in neighbours:
            assert len(near.shared) <= 3
            for term in near.shared:
                for word in term.split():
                    assert word in documents[place].text
                    assert word in documents[near.index].text


def test_no_reason_says_what_another_has_said():
    documents = [Document("sparse neural networks, network pruning"), Document("neural network networks pruned")] * 2
    for neighbours in similar(documents):
        words = [word.removesuffix("s") for term in neighbours[0].shared for word in term.split()]
        assert len(words) == len(set(words))


def test_candidates_give_nearly_what_comparing_all_gives():
    _topics, documents = generated(330)
    exact = [{near.index for near in neighbours[:10]} for neighbours in similar(documents)]
    quick = [{near.index for near in neighbours[:10]} for neighbours in similar(documents, exact=100)]
    shared = sum(len(one & two) for one, two in zip(exact, quick, strict=True))
    assert shared >= 0.9 * sum(map(len, exact))


def test_the_result_is_the_same_each_time():
    _topics, documents = generated(60)
    assert similar(documents) == similar(documents)


@pytest.mark.parametrize("documents", [[], [Document("Alone")], [Document("the"), Document("of")], [Document("")] * 3])
def test_too_little_to_compare_gives_empty_lists(documents):
    assert similar(documents) == [[] for _document in documents]


def test_two_papers_are_enough():
    found = similar([Document("Salmon migration"), Document("Salmon hatchery")])
    assert [neighbours[0].shared for neighbours in found] == [["salmon"], ["salmon"]]


def test_tex_ligatures_and_hyphens_are_not_words():
    text = Document("Eﬃcient $\\ell_2$ self-training", keywords=["k-means"]).text
    assert "Efficient" in text
    assert "self training" in text
    assert "ell" not in text
    assert text.count("k means") == 2


def test_progress_is_told_up_to_the_end():
    told = []
    similar(generated(60)[1], progress=told.append)
    assert told[0] == 20
    assert told == sorted(told)
    assert told[-1] <= 100
