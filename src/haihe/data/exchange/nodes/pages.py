"""What each page of the nodes shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django import forms
from django.core.paginator import Page
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from haihe.city import api as city
from haihe.data.catalogue import api as catalogue
from haihe.data.exchange.models import FeedRun, RunState
from haihe.data.exchange.nodes.forms import WAYS
from haihe.data.exchange.nodes.models import Node, NodeEvent, NodeFeed, NodeKey, NodeState, Transfer
from haihe.data.exchange.nodes.queries import LATE_AFTER, SILENT_AFTER
from haihe.data.exchange.nodes.wording import CONNECTORS, anew_told, node_trouble_told, trouble_told
from haihe.data.exchange.sentences import outcome_told
from haihe.data.sharing import api as sharing

_SOON = timedelta(days=7)
"""A node renews its certificate ten days before it ends; what is left with less wants looking after."""
_STEP, _INDENT, _LEFT, _TOP = 46, 26, 14, 22
type Text = str | Promise


@dataclass(frozen=True, slots=True)
class Link:
    """One node with the state of its line, in words and as a tone."""

    node: Node
    owner: str
    tone: str
    label: Text
    certificate: NodeKey | None
    resources: list[str]
    services: list[str]
    now: datetime

    @property
    def is_broken(self) -> bool:
        return self.tone == "danger"

    @property
    def trouble(self) -> Text:
        """What the node itself says is wrong with it."""
        return node_trouble_told(self.node.trouble)

    @property
    def ends_soon(self) -> bool:
        return self.certificate is not None and self.certificate.certificate_expires_at - self.now < _SOON


@dataclass(frozen=True, slots=True)
class Dot:
    """One node in the picture of the tree: where it stands, and where its line comes from."""

    link: Link | None
    title: str
    tone: str
    x: int
    y: int
    from_x: int = 0
    from_y: int = 0

    @property
    def text_x(self) -> int:
        return self.x + 14

    @property
    def text_y(self) -> int:
        return self.y + (-1 if self.link else 5)

    @property
    def label_y(self) -> int:
        return self.y + 15


@dataclass(frozen=True, slots=True)
class Tree:
    dots: list[Dot]

    @property
    def height(self) -> int:
        return _TOP + _STEP * len(self.dots) - _STEP // 2

    @property
    def told(self) -> str:
        """The picture in words, for whoever can't see it."""
        return "；".join(f"{dot.title}：{dot.link.label}" for dot in self.dots if dot.link)


@dataclass(frozen=True, slots=True)
class LinksPage:
    links: list[Link]
    tree: Tree
    may_plan: bool
    hub_ends_at: datetime | None = None
    """When the hub's own certificate ends; for operators."""

    @property
    def broken(self) -> list[Link]:
        return [link for link in self.links if link.is_broken]


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of a node's history, as the time line shows it."""

    title: Text
    at: datetime
    who: str
    detail: str
    tone: str


@dataclass(frozen=True, slots=True)
class FeedLine:
    """One feed. `trouble` says in words why its last fetch failed, `anew` what happens if it is fetched once more."""

    feed: NodeFeed
    title: str
    trouble: str
    anew: Text

    @property
    def way(self) -> Text:
        return CONNECTORS.get(self.feed.connector, self.feed.connector)


@dataclass(frozen=True, slots=True)
class TransferLine:
    """One transfer with what became of the run that was made of it."""

    transfer: Transfer
    run: FeedRun | None
    run_tone: str
    run_outcome: str


@dataclass(frozen=True, slots=True)
class NodePage:
    link: Link
    keys: list[NodeKey]
    feeds: list[FeedLine]
    transfers: "Page[Transfer]"
    arrived: list[TransferLine]
    events: list[Happened]
    may_manage: bool
    may_fetch_anew: bool
    ways: list[tuple[str, Text]] = field(default_factory=list)
    complaint: str = ""


@dataclass(frozen=True, slots=True)
class OrderPage:
    """What a node is to fetch, in one way: for what and how often, and the way's own settings."""

    node: Node
    way: Text
    form: forms.Form
    settings: forms.Form
    complaint: str = ""


@dataclass(frozen=True, slots=True)
class PlanPage:
    form: forms.Form
    complaint: str = field(default="")


def links_of(nodes: Sequence[Node], *, now: datetime) -> list[Link]:
    """Return the nodes' links with what each of them carries, in five queries."""
    names = [node.name for node in nodes]
    owners = city.organisation_names({node.organisation for node in nodes})
    keys: dict[str, NodeKey] = {}
    for key in NodeKey.objects.filter(node__in=names, revoked_at__isnull=True):
        keys.setdefault(key.node_id, key)
    feeds: dict[str, set[str]] = {}
    for name, resource in NodeFeed.objects.filter(node__in=names, enabled=True).values_list("node", "resource"):
        feeds.setdefault(name, set()).add(resource)
    titles = catalogue.resource_titles({code for codes in feeds.values() for code in codes})
    services = sharing.services() if feeds else []
    return [
        Link(
            node,
            owners[node.organisation],
            *state_of(node, now=now),
            keys.get(node.name),
            sorted(titles[code] for code in feeds.get(node.name, ())),
            sorted(service.title for service in services if service.resource in feeds.get(node.name, ())),
            now,
        )
        for node in nodes
    ]


def state_of(node: Node, *, now: datetime) -> tuple[str, Text]:
    """Return tone and words for how a node's line is now."""
    if node.state != NodeState.JOINED:
        return "neutral", node.get_state_display()
    if node.seen_at is None:
        return "warning", _("还没有连通")
    if now - node.seen_at > SILENT_AFTER:
        return "danger", _("断开")
    if node.up_oldest_at is not None and now - node.up_oldest_at > LATE_AFTER:
        return "warning", _("连通，有积压")
    return "success", _("连通")


def tree_of(links: Iterable[Link]) -> Tree:
    """Place the nodes below the centre, each below the one it stands under."""
    below: dict[str | None, list[Link]] = {}
    known = list(links)
    names = {link.node.name for link in known}
    for link in known:
        parent = link.node.parent_id if link.node.parent_id in names else None
        below.setdefault(parent, []).append(link)
    dots = [Dot(None, gettext("大数据中心"), "info", _LEFT, _TOP)]
    _place(below, dots[0], None, dots)
    return Tree(dots)


def _place(below: dict[str | None, list[Link]], above: Dot, name: str | None, dots: list[Dot]) -> None:
    for link in below.get(name, []):
        y = _TOP + _STEP * len(dots)
        dot = Dot(link, link.node.title, link.tone, above.x + _INDENT, y, above.x, above.y + 8)
        dots.append(dot)
        _place(below, dot, link.node.name, dots)


_TITLES: dict[str, tuple[Text, str]] = {
    "plan": (_("新增前置机，发出接入码"), "info"),
    "invite": (_("发出新的接入码"), "info"),
    "join": (_("接入，签发凭证"), "success"),
    "renew": (_("凭证续期"), "success"),
    "revoke": (_("吊销"), "danger"),
    "order_feed": (_("下达采集任务"), "info"),
    "stop_feed": (_("停止采集任务"), "neutral"),
    "fetch_anew": (_("要求重新取数"), "info"),
}


def happened(events: Iterable[NodeEvent]) -> list[Happened]:
    """Return a node's history in words, the newest first."""
    return [
        Happened(
            title=_TITLES[event.name][0],
            at=event.at,
            who=event.actor_name,
            detail=event.words or str(event.facts.get("resource", "")),
            tone=_TITLES[event.name][1],
        )
        for event in events
    ]


def node_page(
    node: Node,
    *,
    transfers: "Page[Transfer]",
    may_manage: bool,
    may_fetch_anew: bool,
    complaint: str,
    now: datetime,
) -> NodePage:
    """Return the page of one node; with what can be ordered for those who may manage it."""
    [link] = links_of([node], now=now)
    feeds = list(node.feeds.filter(enabled=True))
    titles = catalogue.resource_titles({feed.resource for feed in feeds})
    return NodePage(
        link=link,
        keys=list(node.keys.all()[:5]),
        feeds=[
            FeedLine(feed, titles[feed.resource], trouble_told(feed.trouble), anew_told(feed.connector))
            for feed in feeds
        ],
        transfers=transfers,
        arrived=_arrived(transfers),
        events=happened(node.events.order_by("-id")[:20]),
        may_manage=may_manage,
        may_fetch_anew=may_fetch_anew,
        ways=list(WAYS.items()) if may_manage else [],
        complaint=complaint,
    )


_RUN_TONES = {
    RunState.PUBLISHED: "success",
    RunState.HELD: "warning",
    RunState.REJECTED: "danger",
    RunState.FAILED: "danger",
}


def _arrived(transfers: "Page[Transfer]") -> list[TransferLine]:
    runs = FeedRun.objects.in_bulk([transfer.run for transfer in transfers if transfer.run])
    return [_line_of(transfer, runs.get(transfer.run) if transfer.run else None) for transfer in transfers]


def _line_of(transfer: Transfer, run: FeedRun | None) -> TransferLine:
    if run is None:
        return TransferLine(transfer, None, "", "")
    told = outcome_told(run.outcome_code, run.outcome) if run.state in (RunState.REJECTED, RunState.FAILED) else ""
    return TransferLine(transfer, run, _RUN_TONES.get(RunState(run.state), "info"), told)
