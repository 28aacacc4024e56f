"""Taking rows of a result out: in groups of five, or by a right that another approved; the ledger knows first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import pyarrow as pa
from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted, Role
from haihe.base.ledger import api as ledger
from haihe.base.numbering.api import next_number
from haihe.data.exchange import api as exchange
from haihe.data.matching import queries
from haihe.data.matching.definition import Definition, read_definition
from haihe.data.matching.errors import InputRefused, NotFound, NotNow
from haihe.data.matching.models import MatchRun
from haihe.data.matching.operations.ending import is_over
from haihe.data.matching.operations.living import locked_run
from haihe.data.matching.operations.moving import record
from haihe.data.matching.privacy import telling
from haihe.data.matching.privacy.guard import LEAST_WORDS, K, check_smallest, smallest_group
from haihe.data.matching.privacy.models import ResultExport
from haihe.data.matching.privacy.workflow import EXPORT, ExportFormat, ExportState, Right
from haihe.data.matching.results import ResultRow, open_row
from haihe.data.matching.workflow import MatchRunState, Part
from haihe.data.sharing import api as sharing
from haihe.kernel.workflow import ForbiddenMove, Move

MOST_ROWS: Final = 100_000
LONGEST: Final = 300
USABLE_FOR: Final = timedelta(days=7)
_CLAUSE: Final = "政务数据共享条例 第25条"
_NAMELESS: Final = "NONE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants to take out. `columns` are output fields (`input.field`), `basis` says by what law."""

    columns: tuple[str, ...]
    file_format: str
    purpose: str
    right: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What leaves: whose turn, titles aside. `rows` are values by the order of the export's columns."""

    export: ResultExport
    model: Definition
    rows: list[list[Any]]
    evidence: tuple[str, ...]


def ask_export(*, actor: Actor, number: str, wish: Wish, now: datetime) -> ResultExport:
    """Ask to take rows out. Groups of five or more may go at once; smaller ones wait for another person's approval.

    Raises: NotFound, NotPermitted, NotNow, InputRefused (also where a group is small and no right is stated).
    """
    run = _own_run(actor, number)
    with transaction.atomic():
        locked = _readable(run, now)
        model = read_definition(locked.version.text)
        columns = tuple(part for part in model.output if part in wish.columns)
        right = _checked(wish, columns)
        rows = _rows(locked, model)
        smallest = smallest_of(rows, columns, locked, model)
        check_smallest(smallest, right=right, words=wish.basis)
        is_small = smallest < K
        made = ResultExport.objects.create(
            number=next_number("DC", ResultExport.objects.all(), now),
            run=locked,
            columns=list(columns),
            file_format=wish.file_format,
            rows=len(rows),
            smallest=smallest,
            purpose=wish.purpose.strip(),
            right=right if right and is_small else "",
            basis=wish.basis.strip() if is_small else "",
            state=ExportState.WAITING if is_small else ExportState.READY,
            asked_by=_who(actor),
            asked_name=actor.name,
            asked_at=now,
        )
        _note(made, actor, "ask_export", now)
        if is_small:
            telling.tell_approvers(made, now=now)
    return made


def decide_export(*, actor: Actor, number: str, name: str, words: str, now: datetime) -> ResultExport:
    """Approve or refuse, as an approver of the department who didn't ask.

    Raises: NotFound, NotPermitted, NotNow, InputRefused (words missing).
    """
    with transaction.atomic():
        row = _locked(actor, number)
        move = _move(row, name)
        if actor.user_id == row.asked_by or not actor.has(Role.APPROVER, row.run.organisation):
            raise NotPermitted(f"{name} {row}")
        if name not in ("approve_export", "refuse_export"):
            raise NotFound
        _readable(row.run, now)
        row.state, row.decided_by, row.decided_name, row.decided_at = move.target, _who(actor), actor.name, now
        row.decided_words = _words(words)
        row.save()
        _note(row, actor, name, now, words=row.decided_words)
        telling.tell_asker(row, now=now)
    return row


def take_export(*, actor: Actor, number: str, now: datetime) -> Taken:
    """Return the rows for the file, to who asked. That they leave is in the ledger, committed, before this returns.

    Raises: NotFound, NotPermitted, NotNow (not approved, a week old, or the result has ended).
    """
    with transaction.atomic():
        row = _locked(actor, number)
        if actor.user_id != row.asked_by:
            raise NotPermitted(f"take {row}")
        move = _move(row, "take_export")
        if now > (row.decided_at or row.asked_at) + USABLE_FOR:
            raise NotNow(_("超过 7 天没有下载，请重新提出。"))
        run = _readable(row.run, now)
        model = read_definition(run.version.text)
        rows = _rows(run, model)
        evidence = _recorded(row, model, [one.subject for one in rows if one.subject], now)
        row.state, row.taken_at = move.target, now
        row.save()
        _note(row, actor, "take_export", now, evidence=evidence)
    values = [[_clear(one, run.number).get(part) for part in row.columns] for one in rows]
    return Taken(row, model, values, tuple(evidence))


def smallest_of(rows: Sequence[ResultRow], columns: Sequence[str], run: MatchRun, model: Definition) -> int:
    """Return how many persons share the rarest combination of these columns; 1 where one of them names somebody."""
    if not rows or _personal(columns, model):
        return min(1, len(rows))
    shown = [_clear(one, run.number) for one in rows]
    cells = {part: [str(values.get(part)) for values in shown] for part in columns}
    persons = [(one.subject or f"row {one.row}".encode()).hex() for one in rows]
    # Somebody with several rows in a group is one person.
    unique = pa.table({**cells, "person": persons}).group_by([*columns, "person"]).aggregate([])
    return smallest_group(unique, columns)


def personal_columns(model: Definition) -> frozenset[str]:
    """Return the output fields that name somebody: no group hides anybody there."""
    return frozenset(_personal(model.output, model))


def _personal(columns: Sequence[str], model: Definition) -> list[str]:
    resources = {one.name: one.resource for one in model.inputs}
    found = []
    for part in columns:
        name, _dot, field = part.partition(".")
        stored = exchange.stored_columns(resources[name]) or ()
        kept = next((str(column.personal) for column in stored if column.field == field), "UNKNOWN")
        found += [part] if kept != _NAMELESS else []
    return found


def _checked(wish: Wish, columns: Sequence[str]) -> Right | None:
    if not columns:
        raise InputRefused(_("请选择要导出的列。"))
    if wish.file_format not in ExportFormat.values:
        raise InputRefused(_("请选择文件格式。"))
    _words(wish.purpose)
    if wish.right and wish.right not in set(Right):
        raise InputRefused(_("请选择法定依据的种类。"))
    if len(wish.basis) > LONGEST:
        raise InputRefused(_("请不要超过 %(n)s 个字。") % {"n": LONGEST})
    return Right(wish.right) if wish.right else None


def _words(words: str) -> str:
    words = words.replace("\x00", "").strip()
    if not LEAST_WORDS <= len(words) <= LONGEST:
        told = {"least": LEAST_WORDS, "most": LONGEST}
        raise InputRefused(_("请具体写明用途或者理由，%(least)s 到 %(most)s 个字。") % told)
    return words


def _rows(run: MatchRun, model: Definition) -> list[ResultRow]:
    if not run.matched:
        raise NotNow(_("结果没有符合的行，没有可以导出的。"))
    if run.matched > MOST_ROWS:
        raise NotNow(_("结果超过 %(n)s 行，请先收紧条件。") % {"n": MOST_ROWS})
    return queries.result_rows(run, model, first=1, count=run.matched)


def _clear(row: ResultRow, number: str) -> dict[str, Any]:
    return {**row.plain, **open_row(row, number=number)}


def _own_run(actor: Actor, number: str) -> MatchRun:
    run = queries.run_for(actor, number)
    if not queries.may_read_result(actor, run):
        raise NotPermitted(f"export {run}")
    return run


def _readable(run: MatchRun, now: datetime) -> MatchRun:
    locked = locked_run(run.pk)
    if locked.state != MatchRunState.DONE or is_over(locked, now):
        raise NotNow(_("结果已到期，不能导出。"))
    return locked


def _locked(actor: Actor, number: str) -> ResultExport:
    row = ResultExport.objects.select_for_update(of=("self",)).select_related("run").filter(number=number).first()
    if row is None or not queries.may_read_result(actor, row.run):
        raise NotFound
    return row


def _move(row: ResultExport, name: str) -> Move:
    try:
        return EXPORT.move(row.state, name)
    except ForbiddenMove:
        raise NotNow(_("状态已经变化，请刷新页面后再操作。")) from None


def _who(actor: Actor) -> UUID:
    if actor.user_id is None:
        raise NotPermitted("only a person exports")
    return actor.user_id


def _note(row: ResultExport, actor: Actor, name: str, now: datetime, *, words: str = "", **facts: object) -> None:
    part = Part.APPROVER if actor.has(Role.APPROVER, row.run.organisation) else Part.STEWARD
    told: dict[str, object] = {"export": row.number, **facts}
    record(row.run, actor, name, part, _CLAUSE, now=now, words=words or row.purpose, facts=told)


def _recorded(row: ResultExport, model: Definition, subjects: Sequence[bytes], now: datetime) -> list[str]:
    """Write that each granted input's chosen fields left, for every person; return the evidence numbers."""
    evidence: list[str] = []
    for told in row.run.inputs:
        fields = tuple(part.partition(".")[2] for part in row.columns if part.partition(".")[0] == told["name"])
        grant = sharing.grant(UUID(told["grant"])) if told["grant"] else None
        if not fields or grant is None:
            continue
        use = ledger.UseOfMany(
            kind="DELIVER",
            consumer=row.run.organisation,
            client="matching-export",
            owner=told["owner"],
            service=told["service"],
            resource=told["resource"],
            grant=grant.id,
            purpose=model.purpose,
            legal_basis=row.basis or grant.legal_basis,
            case=row.number,
            fields=fields,
            snapshot=told["snapshot"],
            as_of=datetime.fromisoformat(told["as_of"]),
        )
        evidence += ledger.append_uses(use, subjects, now=now)
    return evidence
