"""What each page of the cascade shows."""

from dataclasses import dataclass
from typing import Any, Final

from django.core.paginator import Page
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from haihe.base.accounts.api import Actor, Role
from haihe.data.catalogue.cascade import queries
from haihe.data.catalogue.cascade.models import (
    CatalogueNode,
    Change,
    Direction,
    ExchangeRun,
    NodeEntry,
    NodeEvent,
    RunState,
    StagedEntry,
)
from haihe.data.catalogue.models import (
    Category,
    DataType,
    Format,
    Grade,
    OpeningType,
    Sensitivity,
    SharingForm,
    SharingType,
    UpdateCycle,
)

type Text = str | Promise
_LATEST_RUNS: Final = 20
_HAPPENED: Final[dict[str, Text]] = {
    "register": _("登记节点"),
    "renew_token": _("换发令牌"),
    "set_token": _("保存对方的令牌"),
    "stop": _("停用"),
    "start": _("启用"),
    "automatic": _("改为自动交换"),
    "by_hand": _("改为人工交换"),
    "take_in": _("确认收录"),
    "drop": _("放弃收录"),
}
TITLES: Final[dict[str, Text]] = {
    "title": _("名称"),
    "abstract": _("摘要"),
    "owner": _("提供方"),
    "owner_name": _("提供方"),
    "provider_code": _("提供方代码"),
    "category": _("资源分类"),
    "subject_area": _("分类细目"),
    "classification": _("分类代码"),
    "guide_code": _("编制指南代码"),
    "source_department": _("数源部门"),
    "keywords": _("关键词"),
    "related": _("关联资源"),
    "grade": _("数据分级"),
    "format": _("资源格式"),
    "update_cycle": _("更新周期"),
    "sharing_type": _("共享类型"),
    "sharing_forms": _("共享方式"),
    "sharing_scope": _("共享范围"),
    "sharing_purpose": _("使用用途"),
    "refusal_reason": _("不予共享理由"),
    "refusal_basis": _("不予共享依据"),
    "opening_type": _("开放属性"),
    "opening_condition": _("开放条件"),
    "items": _("信息项"),
    "published_at": _("发布时间"),
}
"""What each element is called, as 编制指南 does."""
_CHOICES: Final[dict[str, Any]] = {
    "category": Category,
    "grade": Grade,
    "format": Format,
    "update_cycle": UpdateCycle,
    "sharing_type": SharingType,
    "sharing_forms": SharingForm,
    "opening_type": OpeningType,
}
_SHOWN: Final = tuple(
    name for name in TITLES if name not in {"title", "abstract", "owner", "owner_name", "items", "published_at"}
)


@dataclass(frozen=True, slots=True)
class NodesPage:
    rows: list[CatalogueNode]
    may_register: bool


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of a node's history."""

    title: Text
    at: Any
    who: str


@dataclass(frozen=True, slots=True)
class NodePage:
    """One node. `token` is there once: in the answer to the request that made it."""

    row: CatalogueNode
    runs: list[ExchangeRun]
    history: list[Happened]
    may_act: bool
    token: str = ""
    complaint: str = ""

    @property
    def is_lower(self) -> bool:
        return self.row.direction == Direction.LOWER


@dataclass(frozen=True, slots=True)
class DiffRow:
    """What one entry would change, in words."""

    row: StagedEntry
    label: Text
    tone: str
    told: str


@dataclass(frozen=True, slots=True)
class RunPage:
    row: ExchangeRun
    rows: "Page[StagedEntry]"
    diff: list[DiffRow]
    change: str
    changes: list[tuple[str, Text, int]]
    may_answer: bool
    complaint: str = ""


@dataclass(frozen=True, slots=True)
class LowerPage:
    rows: "Page[NodeEntry]"
    typed: str
    node: str
    nodes: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class EntryPage:
    """An entry of a node below: elements in words, and its items."""

    row: NodeEntry
    facts: list[tuple[Text, str]]
    items: list[dict[str, Any]]


_TONES: Final = {
    Change.NEW: "success",
    Change.CHANGED: "info",
    Change.GONE: "warning",
    Change.REJECTED: "danger",
    Change.SAME: "neutral",
}


def nodes_page(actor: Actor) -> NodesPage:
    return NodesPage(list(queries.nodes()), actor.has(Role.OPERATOR))


def node_page(actor: Actor, row: CatalogueNode, *, token: str = "", complaint: str = "") -> NodePage:
    return NodePage(
        row=row,
        runs=list(row.runs.all()[:_LATEST_RUNS]),
        history=[_happened(event) for event in row.events.order_by("-pk")[:_LATEST_RUNS]],
        may_act=actor.has(Role.OPERATOR),
        token=token,
        complaint=complaint,
    )


def run_page(actor: Actor, row: ExchangeRun, rows: "Page[StagedEntry]", *, change: str, complaint: str = "") -> RunPage:
    counts = [(value, label, getattr(row, value.lower())) for value, label in Change.choices]
    return RunPage(
        row=row,
        rows=rows,
        diff=[_diff(staged) for staged in rows],
        change=change,
        changes=[(value, label, n) for value, label, n in counts if n],
        may_answer=row.state == RunState.STAGED and actor.has(Role.OPERATOR),
        complaint=complaint,
    )


def entry_page(row: NodeEntry) -> EntryPage:
    told = [(TITLES[name], _said(name, row.content.get(name))) for name in _SHOWN]
    return EntryPage(row, [(title, text) for title, text in told if text], [_item(i) for i in row.content["items"]])


def nodes_below() -> list[tuple[str, str]]:
    """Return slug and name of the nodes below that stand in the catalogue."""
    return list(CatalogueNode.objects.filter(direction=Direction.LOWER, enabled=True).values_list("slug", "name"))


def _item(item: dict[str, Any]) -> dict[str, Any]:
    sensitivity = item.get("sensitivity", Sensitivity.INTERNAL)
    return item | {
        "type_label": DataType(item["data_type"]).label,
        "sensitivity_label": Sensitivity(sensitivity).label,
    }


def _said(name: str, value: Any) -> str:
    if not value:
        return ""
    choices = _CHOICES.get(name)
    values = value if isinstance(value, list) else [value]
    labels = dict(choices.choices) if choices else {}
    return "、".join(str(labels.get(each, each)) for each in values)


def _diff(row: StagedEntry) -> DiffRow:
    change = Change(row.change)
    fields = "、".join(str(TITLES.get(name, name)) for name in row.fields)
    return DiffRow(row, change.label, _TONES[change], row.reason or fields)


def _happened(event: NodeEvent) -> Happened:
    return Happened(_HAPPENED.get(event.name, event.name), event.at, event.actor_name)
