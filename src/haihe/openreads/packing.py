"""gzip, where the asker takes it and it is worth the while."""

import re
import zlib
from collections.abc import Generator, Mapping
from contextlib import closing

_LEVEL = 1
_QUALITY = re.compile(r"(?:^|;)\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*(?:;|$)", re.IGNORECASE)
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
    """True if gzip, or anything, is named, unless with q=0."""
    wished = weights(headers.get("accept-encoding", ""))
    return wished.get("gzip", wished.get("*", 0.0)) > 0


def weights(told: str) -> dict[str, float]:
    """Return what a header such as Accept names, each with its weight (RFC 9110, 12.4.2)."""
    named = [each.partition(";") for each in told.split(",")]
    return {name.strip().lower(): _weight(parameters) for name, _, parameters in named}


def _weight(parameters: str) -> float:
    found = _QUALITY.search(parameters)
    return float(found[1]) if found else 1.0
