"""Sample rows as they are shown: each value through the mask that its item's sensitivity asks for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from haihe.data.catalogue.models import DataItem, DataType, Resource, Sensitivity
from haihe.kernel.mask_rules import Unmaskable, compile_mask

_PLAIN: Final = frozenset({Sensitivity.PUBLIC, Sensitivity.INTERNAL})
_HIDDEN: Final = "***"
_MASKED_BEFORE: Final = re.compile(r"[0-9]{0,6}\*{4,}[0-9Xx]{0,4}")
_BY_TYPE: Final = {DataType.DATE: "year"}
_BY_WORD: Final = (("id_number", "id_number"), ("phone", "phone"), ("mobile", "phone"), ("name", "name"))
"""What an item's name ends with, and the mask made for such values."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The columns that somebody may see, and the rows below them."""

    titles: list[str]
    rows: list[list[str]]

    @property
    def cells(self) -> list[list[tuple[str, str]]]:
        """Each row as pairs of column title and text."""
        return [list(zip(self.titles, row, strict=True)) for row in self.rows]


def sample_of(row: Resource, items: Sequence[DataItem], *, is_official: bool) -> Sample:
    """Return the rows as officials see them, masked; others see the items that are public, and no more."""
    shown = [item for item in items if is_official or item.sensitivity == Sensitivity.PUBLIC]
    rows = [sample.values for sample in row.samples.all()]
    told = [[masked(item, str(values.get(item.name, ""))) for item in shown] for values in rows]
    return Sample([item.title for item in shown], told if any(map(any, told)) else [])


def masked(item: DataItem, text: str) -> str:
    """Return the value as it may be seen; what no mask is made for is hidden whole."""
    if not text or item.sensitivity in _PLAIN:
        return text
    mask = _mask_for(item)
    try:
        return str(compile_mask({"mask": mask})(text)) if mask else _HIDDEN
    except Unmaskable:
        # Of another kind, or masked by the steward already: 120103********1012 hides what it has to.
        return text if _MASKED_BEFORE.fullmatch(text) else _HIDDEN


def _mask_for(item: DataItem) -> str:
    named = (mask for ending, mask in _BY_WORD if item.name.endswith(ending))
    return next(named, _BY_TYPE.get(DataType(item.data_type), ""))
