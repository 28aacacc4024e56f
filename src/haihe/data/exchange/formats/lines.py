"""Bytes to numbered lines of text, in bounded memory whatever the file holds."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass

from haihe.data.exchange.formats.encoding import Encoding
from haihe.data.exchange.ports import Tally
from haihe.data.exchange.reasons import Reason

MAX_LINE_BYTES = 64 * 1024
_SHOWN_OF_LONG_LINE = 1024


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    text: str
    fault: Reason | None = None


def numbered_lines(pieces: Iterator[bytes], encoding: Encoding, tally: Tally) -> Iterator[Line]:
    """Yield every line, blank ones too. One that can't be decoded, or is too long, comes with its fault."""
    name, data = _eight_bit(without_bom(counted(pieces, tally), encoding.bom_bytes), encoding.name)
    yield from lines_from(data, name, first=1)


def lines_from(pieces: Iterator[bytes], encoding: str, *, first: int) -> Iterator[Line]:
    """Yield the lines of text in UTF-8 or GB18030 that begins with the line of the number `first`."""
    for number, raw in enumerate(_split(pieces), start=first):
        yield line_of(number, raw, encoding)


def line_of(number: int, raw: bytes, encoding: str) -> Line:
    """Return one line, without its end, as text."""
    if len(raw) > MAX_LINE_BYTES:
        return Line(number, raw[:_SHOWN_OF_LONG_LINE].decode(encoding, "replace"), Reason.LINE_TOO_LONG)
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        return Line(number, raw.decode(encoding, "backslashreplace"), Reason.UNDECODABLE)
    # The replacement character is what an earlier program left where it lost one.
    return Line(number, text, Reason.UNDECODABLE if "\ufffd" in text else None)


def counted(pieces: Iterator[bytes], tally: Tally) -> Iterator[bytes]:
    """Pass the pieces on, and note how much they hold."""
    for piece in pieces:
        tally.bytes_read += len(piece)
        yield piece


def without_bom(pieces: Iterator[bytes], bom_bytes: int) -> Iterator[bytes]:
    """Pass the pieces on but for so many bytes at the start."""
    left = bom_bytes
    for piece in pieces:
        yield piece[left:]
        left = max(0, left - len(piece))


def _eight_bit(pieces: Iterator[bytes], encoding: str) -> tuple[str, Iterator[bytes]]:
    """Turn UTF-16 into UTF-8, whose line ends are single bytes as GB18030's are (no trail byte is below 0x30)."""
    if not encoding.startswith("utf-16"):
        return encoding, pieces
    return "utf-8", _transcoded(pieces, codecs.getincrementaldecoder(encoding)("replace"))


def _transcoded(pieces: Iterator[bytes], decoder: codecs.IncrementalDecoder) -> Iterator[bytes]:
    for piece in pieces:
        yield decoder.decode(piece).encode()
    yield decoder.decode(b"", True).encode()


def _split(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Split at LF, CR LF and CR. A line without end keeps only as much as shows that it is too long."""
    rest = b""
    for piece in pieces:
        lines = (rest + piece).splitlines(keepends=True)
        # The last line may go on in the next piece, and a CR at its very end may belong to an LF there.
        rest = lines.pop() if lines else b""
        if rest.endswith(b"\n"):
            lines.append(rest)
            rest = b""
        elif len(rest) > 2 * MAX_LINE_BYTES:
            rest = rest[: MAX_LINE_BYTES + 1] + rest[-1:]
        for line in lines:
            yield line.rstrip(b"\r\n")
    if rest:
        yield rest.rstrip(b"\r\n")
