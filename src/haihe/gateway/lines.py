"""The lines of a batch's reply (NDJSON): each part has a head, a line for each subject, and a signature line.

The signature is over the part's bytes before it, as that of a whole reply is over its body, and the head counts the
parts: none can be left out, put elsewhere or taken from another reply unseen.
"""

from collections.abc import Mapping, Sequence

import msgspec

from haihe.gateway.roll import Fault
from haihe.gateway.signers import ReplySigner
from haihe.kernel.packed_uses import OUTCOMES

MEDIA_TYPE = "application/x-ndjson"
_encode = msgspec.json.Encoder().encode
_NUMBERED = [b'{"n":%d,' % number for number in range(10_000)]
_OUTCOMES = [
    _encode({"answer": answer.value} | ({"reason": reason.value} if reason else {}))[1:] + b"\n"
    for answer, reason in OUTCOMES
]


class PartHead(msgspec.Struct, frozen=True, gc=False):
    """`first` is the number of the part's first subject, counted from 0; `evidence` is null if nobody was looked up."""

    part: int
    parts: int
    first: int
    count: int
    service: str
    claim: str
    as_of: str | None
    evidence: str | None


def head_line(head: PartHead) -> bytes:
    return _encode(head) + b"\n"


def answer_lines(codes: Sequence[int], *, first: int, faults: Mapping[int, Fault]) -> bytes:
    """Return a line for each subject from `first` on; `faults` is by subject number."""
    pieces: list[bytes] = [b""] * (2 * len(codes))
    pieces[0::2] = _NUMBERED[first : first + len(codes)]
    pieces[1::2] = [_OUTCOMES[code] for code in codes]
    for number in range(first, first + len(codes)) if faults else ():
        if (fault := faults.get(number)) is not None:
            told = {"problem": fault.slug, "detail": fault.detail}
            pieces[2 * (number - first) + 1] = _encode(told)[1:] + b"\n"
    return b"".join(pieces)


def problem_line(document: bytes) -> bytes:
    """Return the line that says why no more parts come, from a problem document."""
    return _encode({"problem": msgspec.Raw(document)}) + b"\n"


def signed_part(part: bytes, signer: ReplySigner, *, created: int) -> tuple[bytes, str]:
    """Return the part with its signature line, and the part's Content-Digest."""
    headers = signer.headers(200, part, created=created)
    line = _encode({name.replace("-", "_"): value for name, value in headers.items()}) + b"\n"
    return part + line, headers["content-digest"]
