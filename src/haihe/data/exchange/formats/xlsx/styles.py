"""The number formats of a workbook's cells."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from haihe.data.exchange.formats.numbers import GENERAL, NumberFormat, number_format
from haihe.data.exchange.formats.xlsx.elements import Attributes, parse, whole


@dataclass(frozen=True, slots=True)
class Styles:
    """Number formats by the style that a cell names."""

    formats: tuple[NumberFormat, ...]

    def format_of(self, style: str) -> NumberFormat:
        place = whole(style)
        return self.formats[place] if 0 <= place < len(self.formats) else GENERAL


@dataclass(slots=True)
class _Found:
    codes: dict[int, str] = field(default_factory=dict)
    numbers: list[int] = field(default_factory=list)
    in_cells: bool = False

    def start(self, element: str, attributes: Attributes) -> None:
        if element == "numFmt":
            self.codes[_number(attributes)] = attributes.get("formatCode", "")
        elif element == "cellXfs":
            self.in_cells = True
        elif element == "xf" and self.in_cells:
            self.numbers.append(_number(attributes))

    def end(self, element: str) -> None:
        if element == "cellXfs":
            self.in_cells = False


def read_styles(pieces: Iterator[bytes]) -> Styles:
    found = _Found()
    parse(pieces, found.start, found.end)
    return Styles(tuple(number_format(number, found.codes.get(number, "")) for number in found.numbers))


def _number(attributes: Attributes) -> int:
    return max(0, whole(attributes.get("numFmtId", "")))
