"""Exchange with nodes: pull from below, push above, receive, read a file. What comes in is staged first."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, Role, require
from haihe.data.catalogue.cascade import fetching
from haihe.data.catalogue.cascade.dcat import SERIALISED
from haihe.data.catalogue.cascade.dcat_reading import read_dcat
from haihe.data.catalogue.cascade.errors import ExchangeFailed, NodeNotFound
from haihe.data.catalogue.cascade.export import Asked, as_json, page_of
from haihe.data.catalogue.cascade.models import CatalogueNode, Direction, ExchangeRun, Language, RunKind, RunState
from haihe.data.catalogue.cascade.nodes import record, token_for
from haihe.data.catalogue.cascade.reading import NoPage, ReadPage, read_json
from haihe.data.catalogue.cascade.staging import finish, stage
from haihe.data.catalogue.cascade.taking_in import take_in
from haihe.data.catalogue.errors import CatalogueError, NotNow

MOST_PAGES: Final = 2000
_ENTRIES, _RECEIVE, _RECEIPTS = (
    "/catalogue/cascade/entries",
    "/catalogue/cascade/receive",
    "/catalogue/cascade/receipts",
)
_ACCEPT: Final = {Language.JSON: "application/json", Language.DCAT: "text/turtle"}
_OPEN: Final = (RunState.RUNNING, RunState.STAGED)
_INWARD: Final = (RunKind.PULL, RunKind.FILE, RunKind.RECEIVED)
_STALE: Final = timedelta(hours=6)


def read_page(data: bytes, media_type: str, *, prefix: str, now: datetime) -> ReadPage:
    """Read a page of any of the four kinds. Raises: NoPage."""
    if media_type in SERIALISED:
        return read_dcat(data, media_type, prefix=prefix, now=now)
    if media_type in ("application/json", ""):
        return read_json(data, prefix=prefix, now=now)
    raise NoPage(_("不接收 %(type)s；可以用 JSON、Turtle、RDF/XML 或 JSON-LD。") % {"type": media_type[:60]})


def pull(*, actor: Actor, slug: str, now: datetime, whole: bool = False) -> ExchangeRun:
    """Fetch what changed in a node's catalogue, or all of it, page by page, and stage it.

    A run that broke off goes on from its last page. Raises: NotPermitted, NodeNotFound, NotNow (one waits).
    A node that can't be reached or isn't understood ends the run as failed, with the sentence.
    """
    require(actor, Role.OPERATOR)
    node = _node(slug, Direction.LOWER)
    run = _begin(node, RunKind.PULL, actor, now, since=None if whole else node.since)
    return _guarded(run, now, lambda: _pull_pages(run, node, now))


def read_file(*, actor: Actor, slug: str, data: bytes, media_type: str, now: datetime) -> ExchangeRun:
    """Stage a file that a node handed in. Raises: NotPermitted, NodeNotFound, NotNow, NoPage."""
    require(actor, Role.OPERATOR)
    node = _node(slug, Direction.LOWER)
    page = read_page(data, media_type, prefix=node.prefix, now=now)
    with transaction.atomic():
        run = _begin(node, RunKind.FILE, actor, now, since=None)
        stage(run, page)
        # A part of a catalogue doesn't say what is gone.
        run.is_full = run.is_full and not page.next
        return _staged(run, now)


def receive(*, node: CatalogueNode, data: bytes, media_type: str, now: datetime) -> dict[str, Any]:
    """Stage a page that a node below sends; on the last page the run waits for the operator, or is taken in by itself.

    Returns the receipt. Raises: NodeNotFound, NotNow, NoPage.
    """
    if node.direction != Direction.LOWER:
        raise NodeNotFound
    page = read_page(data, media_type, prefix=node.prefix, now=now)
    rejects = [{"code": reject.code, "reason": reject.reason} for reject in page.rejects[:200]]
    with transaction.atomic():
        run = _begin(node, RunKind.RECEIVED, None, now, since=None)
        stage(run, page)
        if not page.next:
            run = _staged(run, now)
    return receipt_of(run) | {"page": {"received": page.count, "rejected": len(page.rejects), "rejects": rejects}}


def push(*, actor: Actor, slug: str, now: datetime, whole: bool = False) -> ExchangeRun:
    """Send what changed in our catalogue to a node above, page by page. Raises: NotPermitted, NodeNotFound."""
    require(actor, Role.OPERATOR)
    node = _node(slug, Direction.UPPER)
    since = None if whole else node.since
    run = ExchangeRun.objects.create(node=node, kind=RunKind.PUSH, by=actor.name, started_at=now, since=since)
    return _guarded(run, now, lambda: _push_pages(run, node, now))


def answer(*, actor: Actor, run_id: UUID, take: bool, now: datetime) -> ExchangeRun:
    """Take a staged run in, or drop it, as the operator who saw the difference.

    Raises: NotPermitted, NodeNotFound, NotNow.
    """
    require(actor, Role.OPERATOR)
    run = ExchangeRun.objects.select_related("node").filter(pk=run_id).first()
    if run is None:
        raise NodeNotFound
    if take:
        run = take_in(run.pk, now=now)
        record(run.node, actor, "take_in", now, run=str(run.pk))
        _send_receipt(run)
        return run
    with transaction.atomic():
        run = ExchangeRun.objects.select_for_update().get(pk=run.pk)
        if run.state not in _OPEN:
            raise NotNow(_("这次交换不在待确认状态，请刷新页面。"))
        run.state, run.finished_at = RunState.DROPPED, now
        run.save()
        record(run.node, actor, "drop", now, run=str(run.pk))
    return run


def keep_receipt(*, node: CatalogueNode, told: dict[str, Any], now: datetime) -> ExchangeRun:
    """Keep what a node above took of ours. Numbers only: its words are not ours to show."""
    counts = {name: _number(told.get(name)) for name in ("new", "changed", "same", "gone", "rejected")}
    return ExchangeRun.objects.create(
        node=node, kind=RunKind.RECEIPT, state=RunState.DONE, by=node.name, started_at=now, finished_at=now, **counts
    )


def receipt_of(run: ExchangeRun) -> dict[str, Any]:
    """Return what a receipt says."""
    names = ("new", "changed", "same", "gone", "rejected")
    return {"run": str(run.pk), "state": run.state, "next": run.cursor, **{name: getattr(run, name) for name in names}}


def _pull_pages(run: ExchangeRun, node: CatalogueNode, now: datetime) -> ExchangeRun:
    seen = {run.cursor}
    while True:
        params = {"after": run.cursor} if run.cursor else {}
        if run.since is not None:
            params["modified_since"] = run.since.isoformat()
        answered = fetching.get(
            node.base_url + _ENTRIES, token=token_for(node), accept=_ACCEPT[Language(node.language)], params=params
        )
        stage(run, read_page(answered.body, answered.media_type, prefix=node.prefix, now=now))
        if not run.cursor:
            break
        if run.cursor in seen or run.pages >= MOST_PAGES:
            raise ExchangeFailed(_("对方的分页没有尽头，已停止。"))
        seen.add(run.cursor)
    run = _staged(run, now)
    if run.state == RunState.DONE:
        _send_receipt(run)
    return run


def _push_pages(run: ExchangeRun, node: CatalogueNode, now: datetime) -> ExchangeRun:
    asked = Asked(since=run.since)
    while True:
        page = page_of(asked, now=now)
        receipt = fetching.post(node.base_url + _RECEIVE, token=token_for(node), document=as_json(page))
        run.pages, run.as_of = run.pages + 1, run.as_of or page.as_of
        for name in ("new", "changed", "same", "gone", "rejected"):
            setattr(run, name, _number(receipt.get(name)))
        run.save()
        if not page.next:
            break
        asked = Asked(since=run.since, after=page.next)
    run.state, run.finished_at = RunState.DONE, now
    run.save()
    CatalogueNode.objects.filter(pk=node.pk).update(since=run.as_of)
    return run


def _begin(
    node: CatalogueNode, kind: RunKind, actor: Actor | None, now: datetime, *, since: datetime | None
) -> ExchangeRun:
    """Return the run of this kind that broke off, or a new one. Raises: NotNow while another waits."""
    with transaction.atomic():
        CatalogueNode.objects.select_for_update().get(pk=node.pk)
        there = node.runs.filter(state__in=_OPEN, kind__in=_INWARD).first()
        is_running = there is not None and there.state == RunState.RUNNING
        if there is not None and is_running and there.kind == kind and there.started_at > now - _STALE:
            return there
        if there is not None and is_running:
            there.state, there.finished_at, there.problem = RunState.FAILED, now, _("中断后没有继续。")
            there.save()
        elif there is not None:
            raise NotNow(_("上一次交换还没有确认收录或放弃。"))
        by = actor.name if actor else node.name
        return ExchangeRun.objects.create(node=node, kind=kind, by=by, started_at=now, since=since)


def _guarded(run: ExchangeRun, now: datetime, go: Callable[[], ExchangeRun]) -> ExchangeRun:
    """End a run that failed with its sentence; a pull that broke off between pages goes on next time."""
    try:
        return go()
    except (ExchangeFailed, NoPage) as refused:
        run.problem = str(refused)[:500]
        unreached = isinstance(refused, ExchangeFailed) and 0 < run.pages < MOST_PAGES
        goes_on = run.kind == RunKind.PULL and unreached
        if not goes_on:
            run.state, run.finished_at = RunState.FAILED, now
        run.save()
        return run


def _staged(run: ExchangeRun, now: datetime) -> ExchangeRun:
    finish(run)
    run.state, run.cursor, run.problem = RunState.STAGED, "", ""
    run.save()
    nothing_to_decide = not (run.new or run.changed or run.gone)
    if nothing_to_decide or (run.node.is_automatic and not _loses_much(run)):
        return take_in(run.pk, now=now)
    return run


def _loses_much(run: ExchangeRun) -> bool:
    """An emptied catalogue is more often a fault than a wish: a person looks first."""
    standing = run.node.entries.filter(gone_at__isnull=True).count()
    return run.gone > 10 and run.gone * 5 > standing


def _send_receipt(run: ExchangeRun) -> None:
    """Tell the node what was taken in; that it can't be reached just then changes nothing here."""
    if run.kind != RunKind.PULL or not run.node.base_url:
        return
    try:
        fetching.post(run.node.base_url + _RECEIPTS, token=token_for(run.node), document=receipt_of(run))
    except CatalogueError as unheard:
        run.problem = _("已收录；回执没有送到：%(reason)s") % {"reason": unheard.message[:300]}
        run.save()


def _node(slug: str, direction: str) -> CatalogueNode:
    row = CatalogueNode.objects.filter(slug=slug, direction=direction, enabled=True).first()
    if row is None:
        raise NodeNotFound
    return row


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10_000_000 else 0
