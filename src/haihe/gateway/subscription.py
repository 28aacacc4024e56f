"""SUBSCRIBE services: who of these persons changed since a cursor, in what was granted, and what it is now.

Nothing is kept here of who follows whom: the asker brings the persons and the cursor. A cursor is sealed, and names a
snapshot, a service, an asker and a set of fields; with other fields it opens nothing. Where only something ungranted
changed, nothing changed. Streams like a batch, with a record for each part.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import lmdb
import msgspec

from haihe.gateway.answer import FOUND, IN_DOUBT, NOT_FOUND, STALE, UNREACHABLE, Finding, Question, look_up
from haihe.gateway.authorisation import rules
from haihe.gateway.batch import BatchStream
from haihe.gateway.dossier import Dossier, Permission, Refused
from haihe.gateway.index import SubjectIndex
from haihe.gateway.policy import Service
from haihe.gateway.record import SUBSCRIBE
from haihe.gateway.replies import Outcome, encode_body, signed_reply
from haihe.kernel.answers import Answer, ChangeAnswer, QueryAnswer
from haihe.kernel.city_day import date_of, day_of
from haihe.kernel.keyring import Keyring, KeyringError
from haihe.kernel.mask_rules import Mask, Unmaskable
from haihe.kernel.packed_uses import CODES, OUTCOMES
from haihe.kernel.subject_changes import Changed
from haihe.kernel.subject_index import Entry

if TYPE_CHECKING:
    from haihe.gateway.desk import Desk

UNCHANGED = Finding(ChangeAnswer.UNCHANGED.value)
_WITHOUT_ANSWER = frozenset({STALE, UNREACHABLE})
_COUNTED = sorted({QueryAnswer.FOUND.value, QueryAnswer.NOT_FOUND.value, Answer.UNKNOWN.value, UNCHANGED.answer})
_NO_HISTORY = "该名册的变更历史尚未建立，下一次数据报送后即可订阅。"
_NOT_YOURS = "游标有误，或者不是为本单位、本服务和这些字段签发的。"

type Values = Mapping[str, str | int | None]


class Cursor(NamedTuple):
    """Everything up to this snapshot of a register is known."""

    sequence: int
    snapshot: str


class CursorReply(msgspec.Struct, frozen=True, gc=False):
    """The body of the answer to a request without a cursor."""

    cursor: str
    service: str
    as_of: str
    evidence: str


class ChangeHead(msgspec.Struct, frozen=True, gc=False):
    """The first line of a part: as a batch's, but for the claim."""

    part: int
    parts: int
    first: int
    count: int
    service: str
    as_of: str | None
    evidence: str | None


_encode_cursor = msgspec.msgpack.Encoder().encode
_decode_cursor = msgspec.msgpack.Decoder(tuple[int, str]).decode


def sealed(keyring: Keyring, cursor: Cursor, dossier: Dossier, permission: Permission) -> str:
    token = keyring.seal(_encode_cursor(tuple(cursor)), context=_context(dossier, permission))
    return urlsafe_b64encode(token).rstrip(b"=").decode()


def opened(keyring: Keyring, text: str, dossier: Dossier, permission: Permission) -> Cursor:
    """Raises: Refused."""
    try:
        token = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        return Cursor(*_decode_cursor(keyring.open(token, context=_context(dossier, permission))))
    except (ValueError, KeyringError, msgspec.DecodeError):
        raise Refused("malformed-request", _NOT_YOURS) from None


def cursor_of_now(desk: "Desk", dossier: Dossier, permission: Permission) -> Outcome:
    """Give the cursor to begin with. It is about nobody, and on record all the same. Raises: Refused."""
    index = _fresh(desk, dossier, permission.service)
    if index is None or index.changes is None:
        raise Refused("unavailable", _NO_HISTORY)
    cursor = Cursor(index.changes.sequence, index.changes.snapshot)
    body = CursorReply(
        sealed(desk.keyring, cursor, dossier, permission), permission.service.slug, index.as_of_text, dossier.evidence
    )
    reply = signed_reply(dossier, 200, "application/json", encode_body(body))
    record = dossier.answered_many(permission, msgspec.UNSET, index=index, kind=SUBSCRIBE)
    desk.commits.join().records.append(record)
    return Outcome(reply, waits=True)


def _fresh(desk: "Desk", dossier: Dossier, service: Service) -> SubjectIndex | None:
    index = desk.indexes.get(service.resource)
    return index if index is not None and dossier.at - index.as_of <= service.max_age_s else None


def _context(dossier: Dossier, permission: Permission) -> str:
    fields = blake2b(" ".join(sorted(dossier.scope)).encode(), digest_size=16).hexdigest()
    service = permission.service
    return f"cursor:{service.slug}:{service.resource}:{permission.client.organisation}:{fields}"


@dataclass(slots=True)
class ChangeStream(BatchStream):
    """One request on its way out. The cursor at its end is that of its beginning: what came in between comes again."""

    since: Cursor | None = None
    _until: Cursor | None = None
    _is_whole: bool = True
    kind: ClassVar[str] = SUBSCRIBE

    def written(
        self,
        dossier: Dossier,
        permission: Permission,
        lines: range,
        answered: Sequence[int],
        index: SubjectIndex | None,
    ) -> tuple[bytes, list[bytes], bytes]:
        """Return the part, with a line for whoever changed or isn't known, and none for everybody else.

        Raises: Refused, for a cursor that the register's history doesn't know any more.
        """
        changes = index.changes if index is not None else None
        if self.since is None or (changes is not None and tuple(self.since) not in changes.known):
            raise Refused("cursor-too-old")
        if self._until is None and changes is not None:
            self._until = Cursor(changes.sequence, changes.snapshot)
        keys = self.desk.keyring.subject_keys([self.roll.numbers[line] for line in answered])
        ask = _Ask(index, self.since.sequence, dossier, permission, self.name_key)
        told = {line: ask.about(line, key) for line, key in zip(answered, keys, strict=True)}
        self._is_whole &= not any(finding in _WITHOUT_ANSWER for finding, _ in told.values())
        head = ChangeHead(
            part=self.sent + 1,
            parts=self.parts,
            first=lines.start,
            count=len(lines),
            service=permission.service.slug,
            as_of=index.as_of_text if index else None,
            evidence=dossier.evidence if answered else None,
        )
        pieces = [encode_body(head), *self._lines(lines, told)]
        if self.sent + 1 == self.parts:
            pieces.append(encode_body({"cursor": self._cursor(dossier, permission)}))
        codes = bytes(CODES[told[line][0]] for line in answered)
        return b"\n".join(pieces) + b"\n", keys, codes

    @staticmethod
    def counted(codes: bytes) -> dict[str, int]:
        """Return how many were told what, UNCHANGED for nothing."""
        counts = dict.fromkeys(_COUNTED, 0)
        for code in set(codes):
            counts[OUTCOMES[code][0].value] += codes.count(code)
        return counts

    def _cursor(self, dossier: Dossier, permission: Permission) -> str:
        """Return where to go on from; whoever couldn't be answered is asked for again from the same cursor."""
        cursor = self._until if self._is_whole else self.since
        if cursor is None:
            raise Refused("unavailable", _NO_HISTORY)
        return sealed(self.desk.keyring, cursor, dossier, permission)

    def _lines(self, lines: range, told: Mapping[int, tuple[Finding, Values | None]]) -> list[bytes]:
        pieces = []
        for line in lines:
            if (fault := self.roll.faults.get(line)) is not None:
                pieces.append(encode_body({"n": line, "problem": fault.slug, "detail": fault.detail}))
                continue
            finding, values = told[line]
            if finding is not UNCHANGED:
                more = (
                    {"values": values} if values is not None else {"reason": finding.reason} if finding.reason else {}
                )
                pieces.append(encode_body({"n": line, "answer": finding.answer} | more))
        return pieces


class _Ask:
    """The question of one part: who of these changed since, in what was granted?"""

    def __init__(
        self,
        index: SubjectIndex | None,
        since: int,
        dossier: Dossier,
        permission: Permission,
        name_key: Callable[[int], bytes | None],
    ) -> None:
        service = permission.service
        self._index, self._since, self._name_key = index, since, name_key
        self._at, self._max_age_s, self._today = dossier.at, service.max_age_s, date_of(day_of(dossier.at))
        self._masks = dict(zip(dossier.scope, rules(service.masks, dossier.scope), strict=True))
        self._without_answer: Finding | None = None
        if index is None or index.changes is None:
            self._without_answer = UNREACHABLE
        elif dossier.at - index.as_of > service.max_age_s:
            self._without_answer = STALE

    def about(self, line: int, key: bytes) -> tuple[Finding, Values | None]:
        """Return what is told of a person: nothing, or what changed and was granted."""
        index = self._index
        if self._without_answer is not None or index is None or index.changes is None:
            return self._without_answer or UNREACHABLE, None
        try:
            changed = index.changes.of(key)
        except (lmdb.Error, msgspec.DecodeError):
            return UNREACHABLE, None
        names = () if changed is None else self._changed_names(changed, index.changes.places)
        if not names:
            return UNCHANGED, None
        found = look_up(index, Question(key, self._name_key(line), self._max_age_s, self._at, self._today))
        if isinstance(found, Finding):
            return found, None
        if found is None:
            return NOT_FOUND, None
        return _shown(found, {name: self._masks[name] for name in names})

    def _changed_names(self, changed: Changed, places: Mapping[str, int]) -> Sequence[str]:
        """Return the granted fields that changed since; all of them where the person came, left, or is in doubt."""
        if changed.state > self._since:
            return tuple(self._masks)
        return [name for name in self._masks if name in places and changed.fields[places[name]] > self._since]


def _shown(entry: Entry, masks: Mapping[str, Mask]) -> tuple[Finding, Values | None]:
    if not entry.fields.keys() >= masks.keys():
        # The index was built before the service wanted this field.
        return UNREACHABLE, None
    try:
        return FOUND, {
            name: None if (value := entry.fields[name]) is None else mask(value) for name, mask in masks.items()
        }
    except Unmaskable:
        return IN_DOUBT, None
