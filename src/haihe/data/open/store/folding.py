"""Text as full-text search compares it: the same folding as everywhere in Haihe, so that both sides agree."""

import re

from haihe.kernel.text import normalise

_RUNS = re.compile(r"[^\W_]+")
BETWEEN_CELLS = "\n"


def folded(text: str) -> str:
    """Return text with width, case and white space folded."""
    return normalise(text).lower()


def words_of(text: str) -> tuple[str, ...]:
    """Return the runs of letters and digits of a question, each once.

    A row is found if it holds each run as it stands: that is every bigram of it, and in their order.
    """
    return tuple(dict.fromkeys(_RUNS.findall(folded(text))))
