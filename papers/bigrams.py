"""Chinese, Japanese, Korean, Thai and their like made searchable: pairs of neighbouring characters.

PostgreSQL's parser takes a run of such characters for one long word, and trigrams need three of them.
"""

import re

# Thai, Lao, Burmese, Khmer; kana; Han; Hangul; Han's compatibility and supplementary planes.
CHARACTERS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
RUN = re.compile(f"[{CHARACTERS}]+")


def pairs(run: str) -> list[str]:
    """Return the pairs of neighbours in `run`; a single character stands for itself."""
    return [run[start : start + 2] for start in range(len(run) - 1)] or [run]


def bigrams(*texts: str) -> str:
    """Return all pairs of all runs in `texts`, by spaces. Empty for texts in scripts with spaces."""
    return " ".join(pair for text in texts for run in RUN.findall(text) for pair in pairs(run))
