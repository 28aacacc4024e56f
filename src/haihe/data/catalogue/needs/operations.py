"""Writes of needs: one verb, one transaction, one line of history."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import SYSTEM, Actor, NotPermitted, Role, require
from haihe.base.numbering.api import next_number
from haihe.city import api as city
from haihe.data.catalogue.errors import CatalogueError, EntryRefused, NotNow
from haihe.data.catalogue.needs.checks import check_needs, check_organisation, check_purpose
from haihe.data.catalogue.needs.models import Demand, DemandState, Needs, NeedsEvent, Paper, PaperKind
from haihe.data.catalogue.needs.queries import demand_for, is_visible, may_answer, may_edit
from haihe.data.catalogue.needs.records import NewNeeds, NewPaper
from haihe.data.catalogue.needs.telling import tell_answered, tell_asked
from haihe.kernel.text import tidy

_CLAUSE: Final = "政务数据共享条例 第19条"
_LONGEST_WORDS: Final = 1000


class NeedsNotFound(CatalogueError):
    """No such item, or no such paper of it."""

    def __init__(self) -> None:
        super().__init__(_("没有找到这个事项或者材料。"))


def declare_needs(needs: Iterable[NewNeeds], *, now: datetime) -> int:
    """Take in what the items of a storey above say; return how many lists changed.

    What an item declares counts; what a person mapped beyond that stays. Items come with the program, perhaps before
    the city's organisations are loaded, so theirs are taken as they are. Raises: EntryRefused.
    """
    told = {each.code: each for each in map(check_needs, needs)}
    rows = Needs.objects.filter(code__in=told).prefetch_related("papers")
    there = {row.code: row for row in rows}
    _declare_all([each for each in told.values() if each.code not in there], now)
    changed = [each for code, each in told.items() if code in there and not _says(there[code], each)]
    return len(told) - len(there) + sum(_declare(each, now) for each in changed)


@transaction.atomic
def enter_needs(*, actor: Actor, needs: NewNeeds, now: datetime) -> bool:
    """Enter an item's papers by hand, or change them; papers of the same code keep what proves them.

    Returns whether anything changed. Raises: NotPermitted, EntryRefused, NotNow (declared by the item itself).
    """
    require(actor, Role.STEWARD, Role.OPERATOR)
    if not may_edit(actor, needs.organisation):
        raise NotPermitted(f"enter needs of {needs.organisation}")
    needs = check_needs(needs)
    check_organisation(needs.organisation)
    row = Needs.objects.select_for_update().filter(code=needs.code).first()
    if row is not None and not may_edit(actor, row.organisation):
        raise NotPermitted(f"enter needs of {row.organisation}")
    if row is not None and row.is_declared:
        raise NotNow(_("这个事项的材料由事项定义声明，请在事项定义中修改。"))
    changed = _write(row, needs, now, is_declared=False)
    if changed:
        row = Needs.objects.get(code=needs.code)
        _record(row, actor, "enter", now, facts=_titles(needs))
    return changed


@transaction.atomic
def prove_paper(
    *,
    actor: Actor,
    code: str,
    paper: str,
    resource: str,
    service: str = "",
    scope: tuple[str, ...] = (),
    purpose: str = "",
    now: datetime,
) -> None:
    """Confirm, as a person, that a resource proves a paper. Raises: NeedsNotFound, NotPermitted, NotNow, EntryRefused.

    The service and its claims or fields are names: whether they are there is for the storey that knows them.
    """
    row = _paper(actor, code, paper)
    if row.kind == PaperKind.SHOW:
        raise NotNow(_("只需出示的证件不用数据证明。"))
    if not is_visible(actor, resource):
        raise EntryRefused(_("没有找到这个信息资源。"), field="resource")
    if bool(service) != bool(scope):
        raise EntryRefused(_("请选择这份材料要核验的内容。"), field="scope")
    row.resource, row.service, row.scope = resource, service, list(scope)
    row.purpose = check_purpose(purpose)
    row.confirmed_by, row.confirmed_name, row.confirmed_at = actor.user_id, actor.name, now
    row.save()
    facts = {"paper": row.title, "resource": resource, "service": service, "scope": list(scope)}
    _record(row.needs, actor, "prove", now, facts=facts)


@transaction.atomic
def unprove_paper(*, actor: Actor, code: str, paper: str, now: datetime) -> None:
    """Take a confirmation back. Raises: NeedsNotFound, NotPermitted, NotNow."""
    row = _paper(actor, code, paper)
    if not row.resource:
        raise NotNow(_("这份材料还没有确认由哪项数据证明。"))
    _clear(row)
    row.save()
    _record(row.needs, actor, "unprove", now, facts={"paper": row.title})


@transaction.atomic
def ask_owner(*, actor: Actor, code: str, paper: str, owner: str, words: str, now: datetime) -> str:
    """Ask a department to register or share what would prove a paper; return the demand's number.

    Raises: NeedsNotFound, NotPermitted, EntryRefused, NotNow (one is open).
    """
    row = _paper(actor, code, paper, also_declared=True)
    words = tidy(words)
    if city.organisation(owner) is None or owner == row.needs.organisation:
        raise EntryRefused(_("请选择掌握这项数据的其他部门。"), field="owner")
    if not 5 <= len(words) <= _LONGEST_WORDS:
        raise EntryRefused(
            _("请写明需要知道什么、用来办什么事，不超过 %(n)s 个字。") % {"n": _LONGEST_WORDS}, field="words"
        )
    if row.demands.filter(state=DemandState.OPEN).exists():
        raise NotNow(_("这份材料的数据需求已经提出，正在等待答复。"))
    demand = Demand.objects.create(
        number=next_number("XQ", Demand.objects.all(), now),
        paper=row,
        title=f"{row.needs.title} · {row.title}",
        organisation=row.needs.organisation,
        owner=owner,
        words=words,
        asked_by=actor.user_id,
        asked_name=actor.name,
        asked_at=now,
    )
    _record(row.needs, actor, "ask", now, facts={"paper": row.title, "demand": demand.number, "owner": owner})
    tell_asked(demand, now)
    return demand.number


@transaction.atomic
def answer_demand(*, actor: Actor, number: str, words: str, resource: str = "", now: datetime) -> None:
    """Answer as the department asked, with the resource where there is one.

    Raises: DemandNotFound, NotPermitted, NotNow, EntryRefused.
    """
    row = Demand.objects.select_for_update().get(pk=demand_for(actor, number).pk)
    if not may_answer(actor, row):
        raise NotPermitted(f"answer {number}")
    if row.state != DemandState.OPEN:
        raise NotNow(_("这个数据需求已经答复。"))
    words, resource = tidy(words), resource.strip()
    if not 2 <= len(words) <= _LONGEST_WORDS:
        raise EntryRefused(_("请写明答复，不超过 %(n)s 个字。") % {"n": _LONGEST_WORDS}, field="words")
    if resource and not is_visible(actor, resource):
        raise EntryRefused(_("没有找到这个信息资源。"), field="resource")
    row.state, row.answer, row.resource = DemandState.ANSWERED, words, resource
    row.answered_name, row.answered_at = actor.name, now
    row.save()
    if row.paper is not None:
        _record(row.paper.needs, actor, "answer", now, facts={"paper": row.paper.title, "demand": number})
    tell_answered(row, now)


def _paper(actor: Actor, code: str, paper: str, *, also_declared: bool = False) -> Paper:
    needs = Needs.objects.select_for_update().filter(code=code).first()
    row = needs.papers.filter(code=paper).first() if needs else None
    if needs is None or row is None:
        raise NeedsNotFound
    if not may_edit(actor, needs.organisation):
        raise NotPermitted(f"needs of {needs.organisation}")
    if row.is_declared and not also_declared:
        raise NotNow(_("这份材料由哪项数据证明，已由事项定义声明。"))
    return row


@transaction.atomic
def _declare_all(fresh: list[NewNeeds], now: datetime) -> None:
    """Take in lists that nobody entered yet, all at once: hundreds come with a release."""
    rows = Needs.objects.bulk_create(
        Needs(code=each.code, title=each.title, organisation=each.organisation, is_declared=True, updated_at=now)
        for each in fresh
    )
    pairs = list(zip(rows, fresh, strict=True))
    Paper.objects.bulk_create(
        _filled(row, None, place, paper)[0] for row, each in pairs for place, paper in enumerate(each.papers, 1)
    )
    NeedsEvent.objects.bulk_create(_event(row, SYSTEM, "declare", now, _titles(each)) for row, each in pairs)


@transaction.atomic
def _declare(needs: NewNeeds, now: datetime) -> bool:
    row = Needs.objects.select_for_update().get(code=needs.code)
    changed = _write(row, needs, now, is_declared=True)
    if changed:
        _record(row, SYSTEM, "declare", now, facts=_titles(needs))
    return changed


def _says(row: Needs, needs: NewNeeds) -> bool:
    """Return whether the row with its papers, read beforehand, says what is declared; nothing is saved."""
    papers = {paper.code: paper for paper in row.papers.all()}
    if (row.title, row.organisation, row.is_declared) != (needs.title, needs.organisation, True):
        return False
    if papers.keys() != {paper.code for paper in needs.papers}:
        return False
    return not any(_filled(row, papers[new.code], place, new)[1] for place, new in enumerate(needs.papers, 1))


def _titles(needs: NewNeeds) -> dict[str, object]:
    return {"papers": [paper.title for paper in needs.papers]}


def _write(row: Needs | None, needs: NewNeeds, now: datetime, *, is_declared: bool) -> bool:
    told = {"title": needs.title, "organisation": needs.organisation, "is_declared": is_declared}
    changed = row is None or any(getattr(row, name) != value for name, value in told.items())
    if row is None:
        row = Needs.objects.create(code=needs.code, updated_at=now, **told)
    there = {paper.code: paper for paper in row.papers.all()}
    gone = there.keys() - {paper.code for paper in needs.papers}
    papers = [_filled(row, there.get(paper.code), place, paper) for place, paper in enumerate(needs.papers, 1)]
    fresh = [paper for paper, is_changed in papers if is_changed]
    if not (changed or gone or fresh):
        return False
    for name, value in told.items():
        setattr(row, name, value)
    row.updated_at = now
    row.save()
    row.papers.filter(code__in=gone).delete()
    for paper in fresh:
        paper.save()
    return True


def _filled(row: Needs, there: Paper | None, position: int, new: NewPaper) -> tuple[Paper, bool]:
    """Return the paper as it is to be, and whether that is a change."""
    paper = there or Paper(needs=row, code=new.code)
    before = {name: getattr(paper, name) for name in _KEPT}
    paper.position, paper.title, paper.asks, paper.kind = position, new.title, new.asks, new.kind
    if new.resource:
        _clear(paper)
        paper.resource, paper.service, paper.scope = new.resource, new.service, list(new.scope)
        paper.purpose, paper.is_declared = new.purpose, True
    elif paper.is_declared:
        _clear(paper)
    return paper, there is None or before != {name: getattr(paper, name) for name in _KEPT}


_KEPT: Final = ("position", "title", "asks", "kind", "resource", "service", "scope", "purpose", "is_declared")


def _clear(row: Paper) -> None:
    row.resource = row.service = row.purpose = row.confirmed_name = ""
    row.scope, row.is_declared, row.confirmed_by, row.confirmed_at = [], False, None, None


def _record(row: Needs, actor: Actor, name: str, now: datetime, *, facts: Mapping[str, object]) -> None:
    _event(row, actor, name, now, facts).save(force_insert=True)


def _event(row: Needs, actor: Actor, name: str, now: datetime, facts: Mapping[str, object]) -> NeedsEvent:
    return NeedsEvent(
        needs=row,
        at=now,
        name=name,
        part="SYSTEM" if actor is SYSTEM else "AUTHORITY" if actor.has(Role.OPERATOR) else "STEWARD",
        organisation=row.organisation,
        actor_id=actor.user_id,
        actor_name=actor.name,
        clause=_CLAUSE,
        facts=dict(facts),
    )
