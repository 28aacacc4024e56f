"""Files that would burst whoever opens them, or that are two things at once: looked at within bounds."""

import re
import struct
import zipfile
import zlib
from typing import Final

MOST_INFLATED_BYTES: Final = 200_000_000
MOST_SIDE_CHUNK_BYTES: Final = 1_000_000
_AT_A_TIME: Final = 1 << 20
_END_OF_ZIP: Final = b"PK\x05\x06"
_ZIP_TAIL_BYTES: Final = 65_557
_PDF_HEAD_BYTES: Final = 1024
_LOCAL_HEADER: Final = struct.Struct("<4s5H3I2H")
_STREAM: Final = re.compile(rb"stream\r?\n")
_PACKED_CHUNKS: Final = frozenset({b"zTXt", b"iTXt", b"iCCP"})


def is_also_another(data: bytes) -> bool:
    """True for a picture or PDF that other programs would take for an archive, a picture that one takes for a PDF, or
    a PDF that begins as a page of the web."""
    head = data[:_PDF_HEAD_BYTES]
    starts_at = head.find(b"%PDF-")
    if _END_OF_ZIP in data[-_ZIP_TAIL_BYTES:]:
        return True
    if data.startswith((b"\xff\xd8\xff", b"\x89PNG")):
        return starts_at >= 0
    return starts_at > 0 and b"<" in head[:starts_at]


def inflates_too_far(data: bytes) -> bool:
    """True if the packed streams of a PDF come to more than a document needs."""
    left = MOST_INFLATED_BYTES
    for found in _STREAM.finditer(data):
        left -= _inflated(data, found.end(), data.find(b"endstream", found.end()), left)
        if left <= 0:
            return True
    return False


def _inflated(data: bytes, start: int, end: int, most: int) -> int:
    """Return how long a stream is unpacked, counted up to `most`; 0 where it isn't packed."""
    unpacking, size, piece = zlib.decompressobj(), 0, data[start : end if end > start else None]
    try:
        while size < most and not unpacking.eof:
            out = unpacking.decompress(piece, _AT_A_TIME)
            if not out and not unpacking.unconsumed_tail:
                break
            size, piece = size + len(out), unpacking.unconsumed_tail
    except zlib.error:
        return size
    return size


def has_swollen_chunk(data: bytes) -> bool:
    """True if a PNG carries packed text or a profile of a size that no scanner writes."""
    place = 8
    while place + 8 <= len(data):
        (length,) = struct.unpack(">I", data[place : place + 4])
        if data[place + 4 : place + 8] in _PACKED_CHUNKS and length > MOST_SIDE_CHUNK_BYTES:
            return True
        place += 12 + length
    return False


def tells_another_size(data: bytes, entries: list[zipfile.ZipInfo]) -> bool:
    """True if an archive's parts lie over each other, or one unpacks to more than its directory says."""
    if sum(entry.compress_size for entry in entries) > len(data):
        return True
    return any(_is_longer(data, entry) for entry in entries if entry.compress_type == zipfile.ZIP_DEFLATED)


def _is_longer(data: bytes, entry: zipfile.ZipInfo) -> bool:
    header = data[entry.header_offset : entry.header_offset + _LOCAL_HEADER.size]
    if len(header) < _LOCAL_HEADER.size:
        return True
    name, extra = _LOCAL_HEADER.unpack(header)[-2:]
    start = entry.header_offset + _LOCAL_HEADER.size + name + extra
    unpacking = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        unpacking.decompress(data[start : start + entry.compress_size], entry.file_size + 1)
    except zlib.error:
        return True
    return bool(unpacking.unconsumed_tail) or not unpacking.eof
