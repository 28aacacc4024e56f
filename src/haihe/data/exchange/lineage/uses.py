"""Where data goes: the snapshot, the gateway's index, services, grants, deliveries, and what higher rooms add."""

from datetime import datetime

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from haihe.base.accounts.api import Actor
from haihe.city import api as city
from haihe.data.catalogue import api as catalogue
from haihe.data.exchange.delivery.models import DataDelivery, DeliveryPlan, DeliveryState
from haihe.data.exchange.delivery.queries import visible_deliveries, visible_targets
from haihe.data.exchange.lineage.focus import Focus
from haihe.data.exchange.lineage.further import further_uses
from haihe.data.exchange.lineage.knots import Graph, Knot, Stage, Text
from haihe.data.exchange.models import Snapshot
from haihe.data.sharing import api as sharing

_GRANTS: dict[str, tuple[Text, str]] = {
    "PREPARING": (_lazy("待提供"), "info"),
    "RECEIVING": (_lazy("待确认收到"), "info"),
    "ACTIVE": (_lazy("有效"), "success"),
    "SUSPENDED": (_lazy("已暂停"), "warning"),
}


def add_uses(graph: Graph, actor: Actor, focus: Focus, after: list[str], *, now: datetime) -> None:
    """Add the snapshot and what comes after it."""
    snapshot = focus.snapshot
    if snapshot is None:
        return
    services = sharing.services_on(focus.resource)
    made = graph.add(_snapshot(snapshot, services, now, may_open=focus.is_insider), *after)
    granted: dict[str, str] = {}
    if snapshot.is_current:
        granted = _add_answering(graph, actor, snapshot, services, made)
    _add_deliveries(graph, actor, snapshot, made, granted)
    knots, hidden = further_uses(actor, focus.resource, snapshot.pk)
    for knot in knots:
        graph.add(knot, made)
    graph.hide(Stage.USE, hidden)


def _snapshot(row: Snapshot, services: list[sharing.ServiceInfo], now: datetime, *, may_open: bool) -> Knot:
    word, tone = _snapshot_state(row, services, now)
    title = _("%(rows)s 行") % {"rows": f"{row.row_count:,}"}
    detail = _("截至 %(at)s") % {"at": f"{localtime(row.as_of):%Y-%m-%d %H:%M}"}
    href = reverse("exchange:versions", args=[row.resource]) if may_open else ""
    return Knot("snapshot", Stage.SNAPSHOT, title, word, tone, detail, href)


def _snapshot_state(row: Snapshot, services: list[sharing.ServiceInfo], now: datetime) -> tuple[str, str]:
    if hasattr(row, "removed"):
        return _("已按保留期限清理"), "neutral"
    if not row.is_current:
        return _("已被更新的一份替换"), "neutral"
    promised = min((one.max_age_s for one in services if one.enabled), default=None)
    if promised is not None and (now - row.as_of).total_seconds() > promised:
        return _("正在服务，已超过约定时限"), "warning"
    return _("正在服务"), "success"


def _add_answering(
    graph: Graph, actor: Actor, row: Snapshot, services: list[sharing.ServiceInfo], snapshot: str
) -> dict[str, str]:
    """Add index, services and grants; return the grants' keys by their ids."""
    after = snapshot
    if row.index_path:
        count = _("%(n)s 人存疑") % {"n": f"{row.in_doubt_count:,}"}
        after = graph.add(Knot("index", Stage.INDEX, _("网关索引"), _("正在应答"), "success", count), snapshot)
    keys: dict[str, str] = {}
    for one in services:
        word, tone = (_("已开通"), "success") if one.enabled else (_("已停用"), "neutral")
        href = reverse("sharing:service", args=[one.slug])
        keys[one.slug] = graph.add(Knot(f"service-{one.slug}", Stage.SERVICE, one.title, word, tone, "", href), after)
    grants, others = sharing.grants_on(actor, row.resource)
    graph.hide(Stage.GRANT, others)
    names = city.organisation_names({grant.organisation for grant in grants})
    return {str(one.id): graph.add(_grant(one, names[one.organisation]), keys[one.service]) for one in grants}


def _grant(one: sharing.GrantInfo, organisation: str) -> Knot:
    word, tone = _GRANTS[one.state]
    href = reverse("sharing:grant", args=[one.id])
    return Knot(f"grant-{one.id}", Stage.GRANT, organisation, word, tone, catalogue.SharingForm(one.form).label, href)


def _add_deliveries(graph: Graph, actor: Actor, snapshot: Snapshot, made: str, granted: dict[str, str]) -> None:
    """Add what was, or is to be, delivered of this snapshot."""
    plans = DeliveryPlan.objects.filter(resource=snapshot.resource, deliveries__snapshot=snapshot.pk)
    seen = list(visible_deliveries(actor).filter(snapshot=snapshot.pk))
    targets = set(visible_targets(actor).values_list("pk", flat=True))
    names = city.organisation_names({row.plan.organisation for row in seen})
    graph.hide(Stage.USE, plans.count() - len(seen))
    for row in seen:
        target = row.plan.target
        kind = target.get_kind_display()
        detail = f"{kind} · {target.title}" if target.pk in targets else kind
        graph.add(_delivery(row, names[row.plan.organisation], detail), made, *_of(granted, row.plan))


def _of(granted: dict[str, str], plan: DeliveryPlan) -> list[str]:
    return [granted[str(plan.grant)]] if str(plan.grant) in granted else []


def _delivery(row: DataDelivery, organisation: str, detail: str) -> Knot:
    tones = {DeliveryState.DONE: "success", DeliveryState.GIVEN_UP: "danger", DeliveryState.CANCELLED: "neutral"}
    tone = tones.get(DeliveryState(row.state), "warning" if row.tries else "info")
    word = _("重试中") if row.tries and row.is_open else row.get_state_display()
    href = reverse("exchange:delivery", args=[row.pk])
    return Knot(f"delivery-{row.pk}", Stage.USE, organisation, word, tone, detail, href)
