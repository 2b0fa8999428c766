"""Similar papers of real conferences, by labels kept out of what is compared (bench/recommend.py)."""

import os
from pathlib import Path

import pytest

from bench import recommend

pytestmark = pytest.mark.skipif(
    "HATATA_SHARED" not in os.environ, reason="HATATA_SHARED names no folder with real conferences"
)


@pytest.fixture(scope="module", params=[("iclr2020", recommend.keywords, 0.53), ("acl2020", recommend.tracks, 0.385)])
def conference(request):
    name, labels_of, reach = request.param
    folder = Path(os.environ["HATATA_SHARED"]) / "data" / name
    papers = recommend.read(folder)
    return papers, labels_of(folder, papers), recommend.nearest(papers), reach


def test_similar_papers_have_like_labels(conference):
    papers, labels, found, reach = conference
    value = recommend.ndcg(found, labels)
    assert value >= reach
    assert value >= 1.1 * recommend.ndcg(recommend.plain(papers), labels)


def test_hardly_a_paper_is_never_recommended(conference):
    _papers, _labels, found, _reach = conference
    assert recommend.never(found) <= 0.005
