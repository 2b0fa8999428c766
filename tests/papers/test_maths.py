import pytest

from papers.maths import Piece, pieces


def kinds(text):
    return [(piece.kind, piece.text) for piece in pieces(text) if piece.kind != "text"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (r"at $10{\times}{-}25{\times}$ fewer", [("maths", r"10{\times}{-}25{\times}")]),
        (r"of $65.19\%$ with $250$ steps", [("maths", r"65.19\%"), ("maths", "250")]),
        (r"near \(\ell_2\) and $$x$$ and \[y\]", [("maths", r"\ell_2"), ("display", "x"), ("display", "y")]),
        ("setting ($<$600M FLOPs)", [("maths", "<")]),
        ("between $5 and $10", []),
        ("from $5-$10 a page", []),
        ("costs $5 to run but in total 7 US$ for all", []),
        (r"a fee of \$5 and \$6", []),
        ("only $5", []),
        (r"\emph{permit} {\it any} \textbf{d} \texttt{FedAvg}", [("em", "permit"), ("em", "any"), ("strong", "d"), ("code", "FedAvg")]),
        (r"see \url{https://example.org/a_b}", [("link", "https://example.org/a_b")]),
        (r"\unknown{stays} <b>as it is</b>", []),
    ],
)  # fmt: skip
def test_maths_is_told_from_money_and_emphasis(text, found):
    assert kinds(text) == found


def test_nothing_is_lost_but_the_marks():
    assert "".join(piece.text for piece in pieces(r"68\% of $x$ < \emph{y} & \foo")) == r"68% of x < y & \foo"


def test_money_before_maths_leaves_the_maths():
    assert kinds("for $5 we get $x^2$") == [("maths", "x^2")]


def test_a_text_without_marks_is_one_piece():
    assert pieces("plain") == [Piece("text", "plain")]
    assert pieces("") == []


def test_many_dollar_signs_are_read_in_no_time():
    assert len(pieces("$" * 20_000)) <= 20_000
    assert pieces("$a " * 5_000)
