"""The rules of an answer: yes, no and values only from a fresh register about a person beyond doubt."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import lmdb
import msgspec

from haihe.gateway.claims import Predicate
from haihe.gateway.index import SubjectIndex
from haihe.kernel.answers import Answer, QueryAnswer, UnknownReason
from haihe.kernel.mask_rules import Mask, Unmaskable
from haihe.kernel.packed_uses import CODES
from haihe.kernel.subject_index import Entry, FieldValue, decode_entry


class Finding(NamedTuple):
    answer: str
    reason: str | None = None


MATCH = Finding(Answer.MATCH.value)
NO_MATCH = Finding(Answer.NO_MATCH.value)
FOUND = Finding(QueryAnswer.FOUND.value)
NOT_FOUND = Finding(QueryAnswer.NOT_FOUND.value)
STALE = Finding(Answer.UNKNOWN.value, UnknownReason.SOURCE_STALE.value)
UNREACHABLE = Finding(Answer.UNKNOWN.value, UnknownReason.SOURCE_UNREACHABLE.value)
IN_DOUBT = Finding(Answer.UNKNOWN.value, UnknownReason.RECORD_IN_DOUBT.value)


class Question(msgspec.Struct, frozen=True, gc=False):
    """Whom to look for, and when. `name_key` is None where no name was given; `today` is the day in the city."""

    subject: bytes
    name_key: bytes | None
    max_age_s: int
    now: float
    today: str


def find(index: SubjectIndex | None, question: Question, *, claims: tuple[Predicate, ...]) -> tuple[Finding, ...]:
    """Look the person up once and answer each claim."""
    found = look_up(index, question)
    if isinstance(found, Finding):
        return (found,) * len(claims)
    if found is None:
        return (NO_MATCH,) * len(claims)
    if len(claims) == 1:
        return (_judge(claims[0](found.fields, question.today)),)
    return tuple([_judge(claim(found.fields, question.today)) for claim in claims])


def read(
    index: SubjectIndex | None, question: Question, *, masks: Mapping[str, Mask]
) -> tuple[Finding, Mapping[str, str | int | None] | None]:
    """Look the person up and return the values, each through its mask, if all of them can be shown."""
    found = look_up(index, question)
    if isinstance(found, Finding):
        return found, None
    if found is None:
        return NOT_FOUND, None
    if not found.fields.keys() >= masks.keys():
        # The index was built before the service wanted this field.
        return UNREACHABLE, None
    try:
        return FOUND, {name: _shown(found.fields[name], mask) for name, mask in masks.items()}
    except Unmaskable:
        return IN_DOUBT, None


def look_up(index: SubjectIndex | None, question: Question) -> Entry | Finding | None:
    """Return the person's entry, None if a fresh register has none, or why nothing may be said."""
    if index is None:
        return UNREACHABLE
    if question.now - index.as_of > question.max_age_s:
        return STALE
    try:
        entry = index.find(question.subject)
    except (lmdb.Error, msgspec.DecodeError):
        return UNREACHABLE
    return entry if entry is None or not _in_doubt(entry, question.name_key) else IN_DOUBT


@dataclass(frozen=True, slots=True)
class Questions:
    """The same question about many persons; `name_key(n)` is the key of the n-th's name, if one was given."""

    subjects: Sequence[bytes]
    name_key: Callable[[int], bytes | None]
    claim: Predicate
    max_age_s: int
    now: float
    today: str


def find_many(index: SubjectIndex | None, questions: Questions) -> bytes:
    """Return the code (`packed_uses.CODES`) of each person's answer, found as `find` finds it."""
    how_many = len(questions.subjects)
    if index is None:
        return bytes([CODES[UNREACHABLE]]) * how_many
    if questions.now - index.as_of > questions.max_age_s:
        return bytes([CODES[STALE]]) * how_many
    try:
        entries = index.raw_many(questions.subjects)
    except lmdb.Error:
        return bytes([CODES[UNREACHABLE]]) * how_many
    codes = bytearray(bytes([CODES[NO_MATCH]]) * len(entries))
    for place, raw in enumerate(entries):
        if raw is not None:
            codes[place] = CODES[_judge_raw(raw, questions, place)]
    return bytes(codes)


def _judge_raw(raw: bytes | memoryview, questions: Questions, place: int) -> Finding:
    try:
        entry = decode_entry(raw)
    except msgspec.DecodeError:
        return UNREACHABLE
    if _in_doubt(entry, questions.name_key(place)):
        return IN_DOUBT
    return _judge(questions.claim(entry.fields, questions.today))


def _in_doubt(entry: Entry, name_key: bytes | None) -> bool:
    """Another name than the register's means that one of the two is wrong, so: in doubt."""
    return entry.in_doubt or (name_key is not None and entry.name_key not in (b"", name_key))


def summary(findings: tuple[Finding, ...]) -> Finding:
    """Sum several up for lists and counts: no if one is a clear no, else in doubt if one is, else yes."""
    unknown = None
    for finding in findings:
        if finding.answer == NO_MATCH.answer:
            return NO_MATCH
        if finding.reason is not None:
            unknown = unknown or finding
    return unknown or MATCH


def _judge(holds: bool | None) -> Finding:
    if holds is None:
        return IN_DOUBT
    return MATCH if holds else NO_MATCH


def _shown(value: FieldValue, mask: Mask) -> str | int | None:
    # An empty field of the register is told as such; a mask never sees it.
    return None if value is None else mask(value)
