"""The ledger's record of one answer or refusal, as the canonical JSON (RFC 8785) that the journal keeps."""

from datetime import UTC, datetime
from functools import lru_cache

import msgspec

HEALTH = "HEALTH"
REFUSED = "REFUSED"
BATCH_VERIFY = "BATCH_VERIFY"
SUBSCRIBE = "SUBSCRIBE"


class Uses(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What a record of many says of them: how many got which answer, and the root over persons and answers.

    `refused` counts those that were named so that nobody could be looked for.
    """

    answers: dict[str, int]
    refused: int
    root: str
    size: int


class Record(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Fields stand in alphabetical order, so that msgspec writes canonical JSON; a test compares it to RFC 8785.

    Where several claims were asked at once, `answers` and `reasons` say what was told to each of `fields`, and `answer`
    sums them up; they are left out where there is one. `uses` stands in a record of many persons only. The digests
    (`kernel.evidence.blinded_digest`) bind the record to the very bytes asked and told, and show nothing of them.
    """

    answer: str | None = None
    answers: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    as_of: str | None = None
    at: str
    case: str | None = None
    client: str | None = None
    consumer: str | None = None
    evidence: str
    fields: tuple[str, ...] = ()
    grant: str | None = None
    kind: str
    legal_basis: str | None = None
    owner: str | None = None
    problem: str | None = None
    purpose: str | None = None
    reason: str | None = None
    reasons: tuple[str | None, ...] | msgspec.UnsetType = msgspec.UNSET
    reply_digest: str | msgspec.UnsetType = msgspec.UNSET
    request_digest: str | msgspec.UnsetType = msgspec.UNSET
    resource: str | None = None
    service: str | None = None
    snapshot: str | None = None
    subject: str | None = None
    uses: Uses | msgspec.UnsetType = msgspec.UNSET
    v: int = 1


encode_record = msgspec.json.Encoder().encode


def timestamp(seconds: float) -> str:
    """RFC 3339 in UTC with milliseconds, as the ledger has it."""
    return _written_out(int(seconds * 1000))


@lru_cache(maxsize=256)
def _written_out(milliseconds: int) -> str:
    # Under load a score of requests share each millisecond.
    moment = datetime.fromtimestamp(milliseconds // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03d}Z"
