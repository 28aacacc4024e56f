"""Many persons in one call: a part at a time is looked up, journalled as one record, and sent once that is durable.

Between two parts the loop serves everybody else. Each part asks the policy anew, so a grant that is withdrawn meanwhile
ends the stream; each waits until the one before has left, so a slow reader costs no memory.
"""

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from haihe.gateway.answer import Questions, find_many
from haihe.gateway.authorisation import rules
from haihe.gateway.dossier import Dossier, Permission, Refused
from haihe.gateway.index import SubjectIndex
from haihe.gateway.lines import MEDIA_TYPE, PartHead, answer_lines, head_line, problem_line, signed_part
from haihe.gateway.messages import Listener, Reply
from haihe.gateway.packed import PackedRecord, pack
from haihe.gateway.record import BATCH_VERIFY, Uses
from haihe.gateway.replies import Outcome
from haihe.gateway.requests import BatchRequest, Subject, SubscribeRequest
from haihe.gateway.roll import Roll
from haihe.kernel import packed_uses
from haihe.kernel.answers import Answer
from haihe.kernel.city_day import date_of, day_of
from haihe.kernel.problems import MEDIA_TYPE as PROBLEM
from haihe.kernel.problems import Problem

if TYPE_CHECKING:
    from haihe.gateway.desk import Desk

PART = 2000
"""Persons looked up in one turn of the loop: some four milliseconds."""
_CODES = [code for code, (answer, _) in enumerate(packed_uses.OUTCOMES) if answer in set(Answer)]
_log = logging.getLogger("haihe.gateway")


@dataclass(slots=True)
class BatchStream:
    """One batch on its way out. It receives its own parts when they are durable, and hands them on."""

    desk: "Desk"
    listener: Listener
    opening: Dossier
    asked: BatchRequest | SubscribeRequest
    subjects: Sequence[Subject]
    roll: Roll
    grant_id: str
    sent: int = 0
    kind: ClassVar[str] = BATCH_VERIFY

    def part(self, dossier: Dossier, permission: Permission) -> Outcome:
        """Look up the next part and put its record into the batch that gathers now. Raises: Refused."""
        first = self.sent * PART
        lines = range(first, min(first + PART, len(self.roll.numbers)))
        answered = [line for line in lines if line not in self.roll.faults] if self.roll.faults else lines
        index = self.desk.indexes.get(permission.service.resource)
        part, keys, codes = self.written(dossier, permission, lines, answered, index)
        reply = self._signed(dossier, part)
        if answered:
            self._record(dossier, permission, keys, codes, index, refused=len(lines) - len(answered))
        return Outcome(reply, waits=bool(answered))

    def written(
        self,
        dossier: Dossier,
        permission: Permission,
        lines: range,
        answered: Sequence[int],
        index: SubjectIndex | None,
    ) -> tuple[bytes, list[bytes], bytes]:
        """Return the part without its signature, the keys of those answered, and the codes of what they were told."""
        keys, codes = self._answers(dossier, permission, answered, index) if answered else ([], b"")
        head = PartHead(
            part=self.sent + 1,
            parts=self.parts,
            first=lines.start,
            count=len(lines),
            service=permission.service.slug,
            claim=dossier.scope[0],
            as_of=index.as_of_text if index else None,
            evidence=dossier.evidence if answered else None,
        )
        spread = codes if len(answered) == len(lines) else _spread(codes, answered, lines)
        return head_line(head) + answer_lines(spread, first=lines.start, faults=self.roll.faults), keys, codes

    @property
    def parts(self) -> int:
        """Return how many parts there are in all."""
        return -(-len(self.roll.numbers) // PART)

    def send(self, reply: Reply) -> None:
        """Hand on what is durable now: a part, or the problem that ends the stream."""
        if reply.status != 200:
            self._fail(reply)
            return
        if self.sent == 0:
            self.listener.begin(reply)
        else:
            self.listener.write(reply.body)
        self.sent += 1
        if self.sent * PART < len(self.roll.numbers):
            self.listener.when_writable(self._go_on)
        else:
            self.listener.end()

    def _go_on(self) -> None:
        dossier = self._next_dossier()
        try:
            outcome = self.desk.go_on(self, dossier)
        except Exception as fault:
            _log.error("batch %s failed: %s", dossier.evidence, type(fault).__name__)
            problem = Problem.of("unavailable", instance=f"urn:uuid:{dossier.evidence}")
            self._fail(Reply(problem.status, PROBLEM, problem.to_json()))
            return
        if outcome.waits:
            self.desk.commits.send_when_durable(self, outcome.reply)
            self.desk.commits.tally.will_end(dossier)
        else:
            self.send(outcome.reply)
            self.desk.commits.tally.ended(dossier, now=self.desk.clock())

    def _next_dossier(self) -> Dossier:
        dossier, opening = Dossier(at=self.desk.clock()), self.opening
        dossier.slug, dossier.claimed, dossier.client = opening.slug, opening.claimed, opening.client
        dossier.signature, dossier.asked = opening.signature, opening.asked
        dossier.credential, dossier.request_digest = opening.credential, opening.request_digest
        dossier.kind, dossier.goes_on = opening.kind, True
        dossier.key, dossier.signer = opening.key, opening.signer
        return dossier

    def _answers(
        self, dossier: Dossier, permission: Permission, answered: Sequence[int], index: SubjectIndex | None
    ) -> tuple[list[bytes], bytes]:
        """Return the persons' keys and the codes of their answers."""
        (predicate,) = rules(permission.service.claims, dossier.scope)
        keys = self.desk.keyring.subject_keys([self.roll.numbers[line] for line in answered])
        questions = Questions(
            keys,
            lambda place: self.name_key(answered[place]),
            predicate,
            permission.service.max_age_s,
            dossier.at,
            date_of(day_of(dossier.at)),
        )
        return keys, find_many(index, questions)

    def _record(
        self,
        dossier: Dossier,
        permission: Permission,
        keys: Sequence[bytes],
        codes: bytes,
        index: SubjectIndex | None,
        *,
        refused: int,
    ) -> None:
        """Put the part's record into the batch that gathers now; the part must wait for it."""
        uses, seed = packed_uses.pack(keys, codes), os.urandom(packed_uses.SEED_BYTES)
        told = Uses(
            answers=self.counted(codes),
            refused=refused,
            root=packed_uses.root(seed, uses).hex(),
            size=len(keys),
        )
        if codes.count(codes[:1]) == len(codes):
            # Where nobody was found for one and the same reason, it is the source's, and the call failed.
            dossier.reason = packed_uses.OUTCOMES[codes[0]][1]
        record = dossier.answered_many(permission, told, index=index, kind=self.kind)
        self.desk.commits.join().packed.append(pack(PackedRecord(record, seed, uses)))

    @staticmethod
    def counted(codes: bytes) -> dict[str, int]:
        """Return how many were told what; in alphabetical order, as canonical JSON has it."""
        counts = {answer.value: 0 for answer in sorted(Answer)}
        for code in _CODES:
            counts[packed_uses.OUTCOMES[code][0].value] += codes.count(code)
        return counts

    def name_key(self, line: int) -> bytes | None:
        """Return the key of the name that came with the subject of this line, if one did."""
        name = self.subjects[line].name
        return None if name is None else self.desk.keyring.name_key(name)

    def _signed(self, dossier: Dossier, part: bytes) -> Reply:
        if dossier.signer is None:
            raise Refused("unavailable")
        body, dossier.reply_digest = signed_part(part, dossier.signer, created=int(dossier.at))
        return Reply(200, MEDIA_TYPE, body, dossier.limits)

    def _fail(self, problem: Reply) -> None:
        if self.sent == 0:
            self.listener.send(problem)
            return
        self.listener.write(self._signed(self._next_dossier(), problem_line(problem.body)).body)
        self.listener.end()


def _spread(codes: bytes, answered: Sequence[int], lines: range) -> bytes:
    """Put each code at its line; the lines without one are faults, and their code says nothing."""
    spread = bytearray(len(lines))
    for line, code in zip(answered, codes, strict=True):
        spread[line - lines.start] = code
    return bytes(spread)
