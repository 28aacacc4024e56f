"""A text file's characters, whole, for formats that are no lines: its encoding is found as for lines."""

import codecs
from collections.abc import Iterator

from haihe.data.exchange.formats.encoding import HEAD_BYTES, Encoding, detect
from haihe.data.exchange.ports import OpenSource, Tally
from haihe.data.exchange.reasons import FileRefused, Refusal


def encoding_of(source: OpenSource) -> Encoding:
    """Find a text file's encoding from its beginning. Raises: FileRefused."""
    head = b""
    for piece in source():
        head += piece
        if len(head) > HEAD_BYTES:
            return detect(head[:HEAD_BYTES], complete=False)
    if not head.strip():
        raise FileRefused(Refusal.EMPTY_FILE, "文件是空的。")
    return detect(head, complete=True)


def characters(source: OpenSource, encoding: Encoding, tally: Tally) -> Iterator[str]:
    """Yield the text in pieces; what can't be decoded becomes the replacement character, which spoils its cell."""
    decoder = codecs.getincrementaldecoder(encoding.name)("replace")
    left = encoding.bom_bytes
    for piece in source():
        tally.bytes_read += len(piece)
        yield decoder.decode(piece[left:])
        left = max(0, left - len(piece))
    yield decoder.decode(b"", True)
