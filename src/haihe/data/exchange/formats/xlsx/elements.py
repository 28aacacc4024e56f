"""XML of a workbook's parts, piece by piece, without its namespaces and without anything that XML could do to us."""

from collections.abc import Callable, Iterator
from xml.parsers import expat

from haihe.data.exchange.formats.damage import damaged

_LONGEST_NUMBER = 9
type Attributes = dict[str, str]
type Start = Callable[[str, Attributes], None]
type End = Callable[[str], None]
type Text = Callable[[str], None]


def local(name: str) -> str:
    """Return a name without its prefix: writers choose them freely."""
    return name.rpartition(":")[2]


def whole(text: str) -> int:
    """Return a small whole number; -1 for anything else."""
    return int(text) if len(text) <= _LONGEST_NUMBER and text.isascii() and text.isdecimal() else -1


def _refuse_doctype(*_: object) -> None:
    # No part of a workbook has one; entities are how a small XML becomes a large one, or reads other files.
    raise damaged("工作簿的内部结构不正常")


def parser(start: Start, end: End, text: Text) -> expat.XMLParserType:
    """Return a parser that calls back with local names."""
    made = expat.ParserCreate()
    made.buffer_text = True
    made.StartDoctypeDeclHandler = _refuse_doctype
    made.StartElementHandler = lambda name, attributes: start(local(name), attributes)
    made.EndElementHandler = lambda name: end(local(name))
    made.CharacterDataHandler = text
    return made


def parse(pieces: Iterator[bytes], start: Start, end: End = lambda _: None, text: Text = lambda _: None) -> None:
    """Parse a whole part. Raises: FileRefused, ExpatError."""
    made = parser(start, end, text)
    for piece in pieces:
        made.Parse(piece, False)
    made.Parse(b"", True)
