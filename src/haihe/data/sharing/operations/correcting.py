"""Reports of wrong data (art. 26): opened by the person or by the department that was told, answered by the source."""

import json
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted, Role, id_number_of
from haihe.base.keys.api import keyring
from haihe.base.ledger import api as ledger
from haihe.base.numbering.api import next_number
from haihe.data.sharing.errors import AlreadyOpen, InputRefused, NotFound
from haihe.data.sharing.events import announce_answer
from haihe.data.sharing.models import Correction, ReporterKind
from haihe.data.sharing.operations.moving import (
    LONGEST_WORDS,
    acting_part,
    check_move,
    check_overdue,
    check_seen,
    check_words,
    organisation_of,
    record,
)
from haihe.data.sharing.queries.access import correction_for, parts_on_correction
from haihe.data.sharing.queries.clocks import working_days
from haihe.data.sharing.workflow import CLOCKS, CORRECTION, ClockName, CorrectionState, Part
from haihe.kernel.clocks import due_after
from haihe.kernel.masking import mask_name

LEAST_REASON = 4
_OWNERS = (Part.OWNER_STEWARD, Part.OWNER_APPROVER)
_REPORTERS = (Role.CLERK, Role.STEWARD, Role.APPROVER)


def open_correction(
    actor: Actor,
    evidence: str,
    statement: str,
    now: datetime,
    *,
    name: str = "",
    id_number: str = "",
    subject_key: str = "",
) -> str:
    """Report that what was told about a person is wrong; return the report's number.

    The person may report on their own record, and staff of the department that asked on what it was told; they may
    add `name` and `id_number` of the person, so that the source finds the row. Of a record about many,
    `subject_key` (hexadecimal) says whom it concerns where the number isn't known. A second report while one is
    open raises AlreadyOpen with that one's number.

    Raises: NotFound (also while a use of some seconds ago isn't in the ledger yet), InputRefused, AlreadyOpen.
    """
    use = _use(actor, evidence, id_number, subject_key)
    kind = _reporter_kind(actor, use)
    if use is None or kind is None or actor.user_id is None:
        raise NotFound
    statement = statement.replace("\x00", "").strip()
    if not 1 <= len(statement) <= LONGEST_WORDS:
        raise InputRefused(
            _("请写明哪里有误、实际情况如何，不超过 %(n)s 个字。") % {"n": LONGEST_WORDS}, field="statement"
        )
    row = Correction(
        evidence=UUID(use.evidence),
        subject_key=bytes.fromhex(use.subject or ""),
        owner=use.owner or "",
        consumer=use.consumer or "",
        resource=use.resource or "",
        service=use.service or "",
        claims=list(use.fields),
        case=use.case or "",
        told=use.answer or "",
        as_of=use.as_of,
        statement=statement,
        reporter_kind=kind,
        reporter=actor.user_id,
        opened_at=now,
        clock_started_on=timezone.localdate(now),
    )
    row.clock_days = working_days(ClockName.CORRECTION, owner=row.owner, resource=row.resource)
    row.due_on = due_after(row.clock_started_on, row.clock_days)
    row.sealed_person = _sealed_person(row, actor, name, id_number)
    return _keep(row, actor, now)


def move_correction(
    *, actor: Actor, number: str, name: str, words: str, now: datetime, seen: int | None = None
) -> None:
    """Make one move of the workflow; `words` are the answer to whoever reported.

    Raises: NotFound, NotPermitted, NotNow, InputRefused (words missing).
    """
    with transaction.atomic():
        row = _locked(actor, number)
        parts = parts_on_correction(actor, row)
        move = check_move(CORRECTION, row, name, parts)
        check_seen(row, seen)
        words = check_words(name, words)
        if name == "urge":
            check_overdue(row, now)
        source, row.state = row.state, CorrectionState(move.target)
        if acting_part(parts, move) in _OWNERS:
            row.answer = words
        row.closed_at = now if row.state in CORRECTION.terminal else None
        row.save()
        part = acting_part(parts, move)
        _record(row, actor, name, part, move.clause, now, source=source, words=words)
        if row.closed_at is not None:
            announce_answer(row)


def open_person(*, actor: Actor, number: str, words: str, now: datetime) -> tuple[str, str]:
    """Return (name, identity number) to the owner, who must find the row and says why in `words`.

    That it was opened is in the history and in the ledger, committed, before anything is opened; the person reads it.
    Raises: NotFound, NotPermitted, InputRefused.
    """
    with transaction.atomic():
        row = _locked(actor, number)
        parts = parts_on_correction(actor, row) & {Part.OWNER_STEWARD, Part.OWNER_APPROVER}
        if not parts or row.closed_at is not None:
            raise NotPermitted("only the source's desk, while the report is open")
        sealed = row.sealed_person
        if sealed is None:
            raise NotFound
        words = _reason(words)
        clause = CLOCKS[ClockName.CORRECTION].clause
        _record(row, actor, "open_person", min(parts), clause, now, source=row.state, words=words)
        _record_use(row, now)
    name, id_number = json.loads(keyring().open(bytes(sealed), context=row.seal_context))
    return str(name), str(id_number)


def _reason(words: str) -> str:
    words = words.replace("\x00", "").strip()
    if not LEAST_REASON <= len(words) <= LONGEST_WORDS:
        told = {"least": LEAST_REASON, "most": LONGEST_WORDS}
        raise InputRefused(_("请具体写明为什么要查看，%(least)s 到 %(most)s 个字。") % told, field="words")
    return words


def _record_use(row: Correction, now: datetime) -> None:
    """Write that the source looked at who it is. The report permits it, so it stands in the grant's place."""
    entry = ledger.entry(str(row.evidence))
    use = ledger.UseOfMany(
        kind="DELIVER",
        consumer=row.owner,
        client="sharing-correction",
        owner=row.owner,
        service=row.service,
        resource=row.resource,
        grant=row.id,
        purpose="CORRECTION",
        legal_basis=CLOCKS[ClockName.CORRECTION].clause,
        case=row.number,
        fields=tuple(row.claims),
        snapshot=(entry.snapshot if entry else "") or "",
        as_of=row.as_of or row.opened_at,
    )
    ledger.append_uses(use, [bytes(row.subject_key)], now=now)


def _use(actor: Actor, evidence: str, id_number: str, subject_key: str) -> ledger.LedgerEntry | None:
    """Return the record; of one about many persons, what it says of the person who reports or is reported on."""
    entry = ledger.entry(evidence)
    if entry is None or entry.uses is None:
        return entry
    own = ledger.use_of_subject(evidence, actor.subject_key) if actor.subject_key is not None else None
    if own is not None or not (id_number or subject_key):
        return own
    key = keyring().subject_key(id_number) if id_number else bytes.fromhex(subject_key)
    return ledger.use_of_subject(evidence, key)


def _reporter_kind(actor: Actor, use: ledger.LedgerEntry | None) -> ReporterKind | None:
    if use is None or use.kind == "REFUSED" or not use.subject or not use.owner:
        return None
    if actor.has(Role.CITIZEN) and actor.subject_key is not None and actor.subject_key.hex() == use.subject:
        return ReporterKind.CITIZEN
    if use.consumer in actor.organisations(*_REPORTERS):
        return ReporterKind.CONSUMER
    return None


def _sealed_person(row: Correction, actor: Actor, name: str, id_number: str) -> bytes | None:
    keys = keyring()
    if row.reporter_kind == ReporterKind.CITIZEN:
        name, id_number = actor.name, id_number_of(actor, keyring=keys) or ""
    # Only the person that the record is about: another's number would send the source to the wrong row.
    if not id_number or keys.subject_key(id_number) != row.subject_key:
        return None
    return keys.seal(json.dumps([name, id_number]).encode(), context=row.seal_context)


def _keep(row: Correction, actor: Actor, now: datetime) -> str:
    try:
        with transaction.atomic():
            row.number = next_number("JH", Correction.objects.all(), now)
            row.save(force_insert=True)
            _record(row, actor, "report", Part.REPORTER, CLOCKS[ClockName.CORRECTION].clause, now)
    except IntegrityError as clash:
        if "correction_one_open_per_use" not in str(clash):
            raise
        other = Correction.objects.filter(
            evidence=row.evidence, subject_key=row.subject_key, closed_at__isnull=True
        ).first()
        number = other.number if other else ""
        message = _("这次使用已有正在核实的更正申请 %(number)s，请等待答复。") % {"number": number}
        raise AlreadyOpen(message, number=number) from None
    return row.number


def _locked(actor: Actor, number: str) -> Correction:
    return Correction.objects.select_for_update().get(pk=correction_for(actor, number).pk)


def _record(
    row: Correction,
    actor: Actor,
    name: str,
    part: Part,
    clause: str,
    now: datetime,
    *,
    source: str = "",
    words: str = "",
) -> None:
    of_a_citizen = part == Part.REPORTER and row.reporter_kind == ReporterKind.CITIZEN
    consumer = row.consumer if part == Part.REPORTER and not of_a_citizen else ""
    record(
        row,
        actor,
        name=name,
        part=part,
        clause=clause,
        now=now,
        source=source,
        target=row.state,
        words=words,
        organisation=consumer or organisation_of(part, applicant="", owner=row.owner),
        shown_name=mask_name(actor.name) if of_a_citizen else None,
    )
