"""Questions and answers as bytes, whoever carries them."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

from haihe.client.credentials import Credentials
from haihe.client.errors import NoAnswer, NotTrusted, Refused
from haihe.client.results import Cursor, Proxied, Queried, Verified
from haihe.kernel.answers import Answer, QueryAnswer, UnknownReason
from haihe.kernel.problems import Problem
from haihe.kernel.signing import Headers

MOST_SUBJECTS = 10_000
"""In one call of a batch."""
OK = 200
UNSIGNED = "the reply bears no valid signature of the gateway"
_PROBLEM = "urn:haihe:problem:"


@dataclass(frozen=True, slots=True)
class Subject:
    """A person. With a name, another name in the register makes the answer UNKNOWN rather than a stranger's."""

    id_number: str = field(repr=False)
    name: str | None = field(default=None, repr=False)

    def told(self) -> dict[str, str]:
        return {"id_number": self.id_number} | ({"name": self.name} if self.name else {})


def subjects_of(given: Iterable[Subject | str]) -> list[Subject]:
    return [each if isinstance(each, Subject) else Subject(each) for each in given]


@dataclass(frozen=True, slots=True)
class Call[Answered]:
    """One question; `read` makes an answer of a reply's body."""

    path: str
    body: bytes = field(repr=False)
    read: Callable[[Any], Answered]

    def signed(self, credentials: Credentials) -> dict[str, str]:
        """Return the headers to send with it this time. Raises: ValueError, if the service has no such name."""
        signed = credentials.sign(method="POST", path=self.path, body=self.body)
        return {"content-type": "application/json", **signed}

    def answer(self, reply: "Reply", credentials: Credentials, asked: Mapping[str, str]) -> Answered:
        """Raises: Refused, NotTrusted, NoAnswer."""
        if reply.status != OK:
            raise refusal(reply, credentials, asked)
        if not _confirmed(reply, credentials, asked):
            raise NotTrusted(UNSIGNED)
        try:
            return self.read(json.loads(reply.body))
        except (ValueError, KeyError, TypeError) as damage:
            raise NoAnswer(f"the reply can't be read: {type(damage).__name__}") from None


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; `headers` under lower-case names."""

    status: int
    headers: Headers
    body: bytes = field(repr=False)


def verify(service: str, subject: Subject, *, purpose: str, case: str, claim: str | None) -> Call[Verified]:
    asked = {"subject": subject.told(), "purpose": purpose, "case": case} | ({"claim": claim} if claim else {})
    return Call(_path("verify", service), _encoded(asked), _verified)


def verify_claims(
    service: str, subject: Subject, *, purpose: str, case: str, claims: Sequence[str]
) -> Call[tuple[Verified, ...]]:
    asked = {"subject": subject.told(), "purpose": purpose, "case": case, "claims": list(claims)}
    return Call(_path("verify", service), _encoded(asked), _verified_all)


def query(service: str, subject: Subject, *, purpose: str, case: str, fields: Sequence[str]) -> Call[Queried]:
    asked = {"subject": subject.told(), "purpose": purpose, "case": case, "fields": list(fields)}
    return Call(_path("query", service), _encoded(asked), _queried)


def proxy(
    service: str,
    id_number: str | None,
    *,
    purpose: str,
    case: str,
    fields: Sequence[str],
    parameters: Mapping[str, str | int],
) -> Call[Proxied]:
    asked: dict[str, object] = {"purpose": purpose, "case": case, "fields": list(fields)}
    if id_number is not None:
        asked["subject"] = {"id_number": id_number}
    if parameters:
        asked["parameters"] = dict(parameters)
    return Call(_path("proxy", service), _encoded(asked), _proxied)


def batch(service: str, subjects: Sequence[Subject], *, purpose: str, case: str, claim: str | None) -> Call[None]:
    """Make the call; its reply is read by `parts.BatchReader`."""
    told = [subject.told() for subject in subjects]
    asked = {"subjects": told, "purpose": purpose, "case": case} | ({"claim": claim} if claim else {})
    return Call(f"{_path('verify', service)}/batch", _encoded(asked), lambda _: None)


def cursor(service: str, *, purpose: str, case: str, fields: Sequence[str]) -> Call[Cursor]:
    asked = {"purpose": purpose, "case": case, "fields": list(fields)}
    return Call(_path("subscribe", service), _encoded(asked), _cursor)


def changes(
    service: str, subjects: Sequence[Subject], *, since: str, purpose: str, case: str, fields: Sequence[str]
) -> Call[None]:
    """Make the call; its reply is read by `parts.ChangeReader`. Raises: ValueError, for more than fit into one."""
    if not 1 <= len(subjects) <= MOST_SUBJECTS:
        raise ValueError(f"1 to {MOST_SUBJECTS} persons in one call, since each call has its own cursor")
    told = [subject.told() for subject in subjects]
    asked = {"purpose": purpose, "case": case, "fields": list(fields), "since": since, "subjects": told}
    return Call(_path("subscribe", service), _encoded(asked), lambda _: None)


def refusal(reply: Reply, credentials: Credentials, asked: Mapping[str, str]) -> Refused | NoAnswer:
    """Return what the reply says went wrong. Who didn't prove to be a client is refused without a signature."""
    problem = problem_of(reply.body)
    if problem is None:
        return NoAnswer(f"status {reply.status} without a problem document")
    if reply.headers.get("signature") is not None and not _confirmed(reply, credentials, asked):
        return NotTrusted(UNSIGNED)
    return Refused(problem, retry_after_s=_retry_after(reply.headers.get("retry-after"), now=credentials.clock()))


def problem_of(document: bytes | Mapping[str, Any]) -> Problem | None:
    """Read a problem document, also one of a kind that only a newer gateway knows."""
    try:
        told = json.loads(document) if isinstance(document, bytes) else document
        kind = str(told["type"])
        if not kind.startswith(_PROBLEM):
            return None
        return Problem(
            kind.removeprefix(_PROBLEM),
            int(told["status"]),
            str(told["title"]),
            str(told.get("title_en", "")),
            str(told["detail"]),
            told.get("instance"),
        )
    except (ValueError, KeyError, TypeError):
        return None


def moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def reason_of(text: str | None) -> UnknownReason | None:
    return UnknownReason(text) if text else None


def _path(verb: str, service: str) -> str:
    return f"/v1/{verb}/{quote(service, safe='')}"


def _encoded(asked: Mapping[str, object]) -> bytes:
    return json.dumps(asked, ensure_ascii=False, separators=(",", ":")).encode()


def _verified(said: dict[str, Any]) -> Verified:
    return _told(said, said)


def _verified_all(said: dict[str, Any]) -> tuple[Verified, ...]:
    return tuple(_told(said, each) for each in said["answers"])


def _told(said: dict[str, Any], each: dict[str, Any]) -> Verified:
    return Verified(
        answer=Answer(each["answer"]),
        claim=str(each["claim"]),
        service=str(said["service"]),
        as_of=moment(said["as_of"]),
        evidence=str(said["evidence"]),
        reason=reason_of(each["reason"]),
    )


def _queried(said: dict[str, Any]) -> Queried:
    return Queried(
        answer=QueryAnswer(said["answer"]),
        service=str(said["service"]),
        values=dict(said["values"] or {}),
        as_of=moment(said["as_of"]),
        evidence=str(said["evidence"]),
        reason=reason_of(said["reason"]),
    )


def _confirmed(reply: Reply, credentials: Credentials, asked: Mapping[str, str]) -> bool:
    return credentials.confirm(reply.headers, status=reply.status, body=reply.body, asked=asked)


def _proxied(said: dict[str, Any]) -> Proxied:
    return Proxied(
        answer=QueryAnswer(said["answer"]),
        service=str(said["service"]),
        values=dict(said["values"] or {}),
        as_of=moment(said["as_of"]),
        age_s=int(said["age_s"]),
        is_live=said["served"] == "live",
        evidence=str(said["evidence"]),
        reason=reason_of(said["reason"]),
    )


def _cursor(said: dict[str, Any]) -> Cursor:
    return Cursor(str(said["cursor"]), str(said["service"]), moment(said["as_of"]), str(said["evidence"]))


def _retry_after(text: str | None, *, now: float) -> float | None:
    """Read the header in either of its two forms (RFC 9110): seconds, or a date."""
    if text is None:
        return None
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, until.timestamp() - now) if until.tzinfo else None
