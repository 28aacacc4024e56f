"""Where data comes from: sources and nodes, the file, and the rules and mapping by which it was read."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor
from haihe.data.exchange.lineage.focus import Focus
from haihe.data.exchange.lineage.knots import Graph, Knot, Stage, Text
from haihe.data.exchange.models import FeedRun, RunState
from haihe.data.exchange.nodes.models import Node, NodeFeed, Transfer
from haihe.data.exchange.nodes.pages import state_of
from haihe.data.exchange.nodes.queries import visible_nodes
from haihe.data.exchange.quality.models import QualityReport
from haihe.data.exchange.sources.models import UNFINISHED, Source
from haihe.data.exchange.sources.queries import visible_sources
from haihe.data.exchange.sources.wording import KINDS

_OVERDUE = timedelta(minutes=15)
_RUN_TONES: dict[str, str] = {
    RunState.PUBLISHED: "success",
    RunState.HELD: "warning",
    RunState.REJECTED: "warning",
    RunState.FAILED: "danger",
}


def add_origins(graph: Graph, actor: Actor, focus: Focus, *, now: datetime) -> list[str]:
    """Add everything up to the rules; return the keys that the snapshot comes from."""
    runs = [run for run in (focus.run, focus.newest) if run is not None]
    transfers = {one.run: one for one in Transfer.objects.filter(run__in=[run.pk for run in runs])}
    if not focus.is_insider:
        _hide_origins(graph, focus, runs)
        return []
    sources = _add_sources(graph, actor, focus, runs, now=now)
    feeds = _add_feeds(graph, actor, focus, transfers.values(), now=now)
    for run in runs:
        came_from = _came_from(graph, run, transfers.get(run.pk), sources, feeds)
        graph.add(_file(run), *came_from)
    return _add_rules(graph, focus)


def _hide_origins(graph: Graph, focus: Focus, runs: list[FeedRun]) -> None:
    sources = Source.objects.filter(resource=focus.resource).count()
    feeds = NodeFeed.objects.filter(resource=focus.resource, enabled=True).count()
    graph.hide(Stage.SOURCE, sources + feeds)
    graph.hide(Stage.FILE, len(runs))


def _add_sources(graph: Graph, actor: Actor, focus: Focus, runs: list[FeedRun], *, now: datetime) -> dict[object, str]:
    """Add the resource's sources, those only that the runs came from where one run is asked about."""
    rows = visible_sources(actor).filter(resource=focus.resource)
    if not focus.is_whole:
        rows = rows.filter(pk__in=[run.source for run in runs if run.source])
    busy = set(rows.filter(runs__state__in=UNFINISHED).values_list("pk", flat=True))
    keys: dict[object, str] = {}
    for row in rows:
        word, tone = _source_state(row, row.pk in busy, now)
        kind = KINDS[row.connector][0]
        href = reverse("exchange:source", args=[row.pk])
        keys[row.pk] = graph.add(Knot(f"source-{row.pk}", Stage.SOURCE, row.title, word, tone, kind, href))
    return keys


def _source_state(row: Source, is_busy: bool, now: datetime) -> tuple[Text, str]:
    if row.failures >= row.tell_after:
        return _("连续失败 %(n)d 次") % {"n": row.failures}, "danger"
    if row.failures:
        return _("上次没有成功"), "warning"
    if row.paused:
        return _("已暂停"), "neutral"
    if is_busy:
        return _("正在取数"), "info"
    if row.next_due is not None and row.next_due < now - _OVERDUE:
        return _("已过计划时间"), "warning"
    return _("正常"), "success"


def _add_feeds(
    graph: Graph, actor: Actor, focus: Focus, transfers: Iterable[Transfer], *, now: datetime
) -> dict[object, str]:
    """Add what nodes fetch for the resource, and the nodes; return the key of the node by the feed."""
    used = [one.feed_id for one in transfers if one.feed_id]
    rows = NodeFeed.objects.filter(resource=focus.resource)
    rows = rows.filter(enabled=True) | rows.filter(pk__in=used) if focus.is_whole else rows.filter(pk__in=used)
    feeds = list(rows.distinct())
    seen = {node.pk: node for node in visible_nodes(actor).filter(pk__in={feed.node_id for feed in feeds})}
    graph.hide(Stage.NODE, len({feed.node_id for feed in feeds} - seen.keys()))
    nodes: dict[str, str] = {}
    keys: dict[object, str] = {}
    for feed in feeds:
        if feed.node_id not in seen:
            continue
        node = seen[feed.node_id]
        href = reverse("exchange:nodes:node", args=[node.pk])
        source = graph.add(_fed(feed, href))
        keys[feed.pk] = nodes.get(node.pk) or graph.add(_node(node, href, now))
        nodes[node.pk] = keys[feed.pk]
        graph.edges.append((source, keys[feed.pk]))
    return keys


def _fed(feed: NodeFeed, href: str) -> Knot:
    kind = KINDS[feed.connector][0]
    word, tone = (_("采集受阻"), "danger") if feed.trouble else (_("正常"), "success")
    if not feed.enabled:
        word, tone = _("已停止"), "neutral"
    return Knot(f"feed-{feed.pk}", Stage.SOURCE, kind, word, tone, feed.trouble or feed.connection, href)


def _node(node: Node, href: str, now: datetime) -> Knot:
    tone, word = state_of(node, now=now)
    return Knot(f"node-{node.pk}", Stage.NODE, node.title, word, tone, node.get_level_display(), href)


def _came_from(
    graph: Graph, run: FeedRun, transfer: Transfer | None, sources: dict[object, str], feeds: dict[object, str]
) -> list[str]:
    if run.source in sources:
        return [sources[run.source]]
    if transfer is not None:
        return [feeds[transfer.feed_id]] if transfer.feed_id in feeds else []
    if run.source is not None:
        return []
    key = f"upload-{run.pk}"
    return [graph.add(Knot(key, Stage.SOURCE, _("手工上传"), _("已收到"), "success", run.submitted_name))]


def _file(run: FeedRun) -> Knot:
    tone = _RUN_TONES.get(run.state, "info")
    detail = _("%(rows)s 行，退回 %(rejected)s 行") % {
        "rows": f"{run.rows_in:,}",
        "rejected": f"{run.rows_rejected:,}",
    }
    href = reverse("exchange:run", args=[run.pk])
    return Knot(f"run-{run.pk}", Stage.FILE, run.filename, run.get_state_display(), tone, detail, href)


def _add_rules(graph: Graph, focus: Focus) -> list[str]:
    """Add the rules and the mapping of the focus's run; the newest run's are its own matter until it is used."""
    if focus.run is None:
        return []
    file = f"run-{focus.run.pk}"
    report = QualityReport.objects.select_related("rules", "mapping").filter(pk=focus.run.pk).first()
    if report is None:
        return [file]
    keys = []
    if report.rules is not None:
        href = reverse("exchange:quality-rule-version", args=[report.rules.number, focus.resource])
        title = _("规则第 %(n)d 版") % {"n": report.rules.number}
        made = Knot("rules", Stage.RULES, title, report.rules.get_state_display(), "success", "", href)
    else:
        href = reverse("exchange:quality-rules", args=[focus.resource])
        made = Knot("rules", Stage.RULES, _("随平台提供的规则"), _("使用中"), "success", "", href)
    keys.append(graph.add(made, file))
    if report.mapping is not None:
        href = reverse("exchange:quality-mappings", args=[focus.resource])
        title = _("列对应第 %(n)d 版") % {"n": report.mapping.number}
        basis = report.mapping.get_basis_display()
        keys.append(graph.add(Knot("mapping", Stage.RULES, title, _("已确认"), "success", basis, href), file))
    return keys
