"""A few values of a file's column as a person may see them who says what the column is."""

import re
from collections.abc import Sequence
from typing import Final

from haihe.data.exchange.cells import clean
from haihe.data.exchange.rules import Column, Personal
from haihe.kernel.masking import mask_id_number, mask_name

MOST_SAMPLES: Final = 3
_LONGEST: Final = 30
_LONG_NUMBER = re.compile(r"[0-9]{7,}[0-9Xx]?")
_LIKE_A_NAME = re.compile(r"[一-鿿]{2,4}(·[一-鿿]{1,8})?")


def masked_samples(cells: Sequence[str], column: Column | None) -> list[str]:
    """Return the first different values, masked: where nobody knows yet what they are, whatever could be personal."""
    filled = (text for cell in cells if (text := clean(cell)))
    return [_masked(text, column) for text in list(dict.fromkeys(filled))[:MOST_SAMPLES]]


def _masked(text: str, column: Column | None) -> str:
    if column is not None and column.personal is Personal.NONE:
        return _LONG_NUMBER.sub(_hide, text)[:_LONGEST] if column.kind == "TEXT" else text[:_LONGEST]
    if column is not None and column.personal is Personal.NAME:
        return mask_name(text)[:_LONGEST]
    if column is not None or _LIKE_A_NAME.fullmatch(text):
        return (mask_name(text) if _LIKE_A_NAME.fullmatch(text) else mask_id_number(text))[:_LONGEST]
    return _LONG_NUMBER.sub(_hide, text)[:_LONGEST]


def _hide(found: re.Match[str]) -> str:
    return mask_id_number(found[0])
