"""The rules of an answer: yes and no only from a fresh register about a person beyond doubt."""

from typing import NamedTuple

import lmdb
import msgspec

from haihe.gateway.claims import Predicate
from haihe.gateway.index import SubjectIndex
from haihe.kernel.answers import Answer, UnknownReason
from haihe.kernel.subject_index import Entry


class Finding(NamedTuple):
    answer: str
    reason: str | None = None


MATCH = Finding(Answer.MATCH.value)
NO_MATCH = Finding(Answer.NO_MATCH.value)
STALE = Finding(Answer.UNKNOWN.value, UnknownReason.SOURCE_STALE.value)
UNREACHABLE = Finding(Answer.UNKNOWN.value, UnknownReason.SOURCE_UNREACHABLE.value)
IN_DOUBT = Finding(Answer.UNKNOWN.value, UnknownReason.RECORD_IN_DOUBT.value)


def find(
    index: SubjectIndex | None,
    *,
    subject: bytes,
    name_key: bytes | None,
    claims: tuple[Predicate, ...],
    max_age_s: int,
    now: float,
    today: str,
) -> tuple[Finding, ...]:
    """Look the person up once and answer each claim. `name_key` is None where no name was given."""
    if index is None:
        return (UNREACHABLE,) * len(claims)
    if now - index.as_of > max_age_s:
        return (STALE,) * len(claims)
    try:
        entry = index.find(subject)
    except (lmdb.Error, msgspec.DecodeError):
        return (UNREACHABLE,) * len(claims)
    if entry is None:
        return (NO_MATCH,) * len(claims)
    return tuple(judge(entry, name_key=name_key, claim=claim, today=today) for claim in claims)


def summary(findings: tuple[Finding, ...]) -> Finding:
    """Sum several up for lists and counts: no if one is a clear no, else in doubt if one is, else yes."""
    unknown = None
    for finding in findings:
        if finding.answer == NO_MATCH.answer:
            return NO_MATCH
        if finding.reason is not None:
            unknown = unknown or finding
    return unknown or MATCH


def judge(entry: Entry, *, name_key: bytes | None, claim: Predicate, today: str) -> Finding:
    """Judge the person's entry. Another name than the register's means that one of the two is wrong, so: in doubt."""
    other_name = name_key is not None and entry.name_key and entry.name_key != name_key
    if entry.in_doubt or other_name:
        return IN_DOUBT
    match claim(entry.fields, today):
        case True:
            return MATCH
        case False:
            return NO_MATCH
        case _:
            return IN_DOUBT
