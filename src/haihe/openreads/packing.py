"""gzip, where the asker takes it and it is worth the while."""

import zlib
from collections.abc import Generator, Mapping
from contextlib import closing

_LEVEL = 1
_GZIP = 31
_WORTH_BYTES = 1_400
"""What fits into one packet of the network gains nothing."""
_ENCODED = "content-encoding: gzip\r\n"


def packed(body: bytes, headers: Mapping[str, str]) -> tuple[bytes, str]:
    """Return the body as it goes out, and the header line that says so."""
    if len(body) < _WORTH_BYTES or not takes_gzip(headers):
        return body, ""
    return zlib.compress(body, _LEVEL, _GZIP), _ENCODED


def packed_pieces(pieces: Generator[bytes]) -> Generator[bytes]:
    """Yield a file's pieces packed as one."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    with closing(pieces):
        for piece in pieces:
            if small := packer.compress(piece):
                yield small
    yield packer.flush()


def takes_gzip(headers: Mapping[str, str]) -> bool:
    """True if gzip is named, unless with q=0."""
    for each in headers.get("accept-encoding", "").split(","):
        name, _, quality = each.partition(";")
        if name.strip().lower() == "gzip":
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
