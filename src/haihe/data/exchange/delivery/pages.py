"""What each page of delivery shows."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.core.paginator import Page
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from haihe.data.exchange.delivery.forms import PlanForm, TargetForm
from haihe.data.exchange.delivery.models import DataDelivery, DeliveryPlan, DeliveryTarget
from haihe.data.exchange.delivery.receipts import read

type Text = str | Promise


_PLACE = ("node", "host", "database", "table", "path")


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target, and the resource that is delivered into it now; "" where it is free."""

    target: DeliveryTarget
    resource: str

    @property
    def place(self) -> str:
        """Where it lies, of what isn't secret."""
        told = self.target.settings
        return " · ".join(str(told[name]) for name in _PLACE if told.get(name))


@dataclass(frozen=True, slots=True)
class HeldPlan:
    """A plan that waits since its grant was renewed with other columns or rows."""

    plan: DeliveryPlan
    title: str
    renewal: UUID
    more: list[str]
    less: list[str]
    may_accept: bool


@dataclass(frozen=True, slots=True)
class DeliveriesPage:
    """Deliveries with the titles of their resources."""

    rows: "Page[DataDelivery]"
    shown: list[tuple[DataDelivery, str]]
    targets: list[TargetRow]
    may_plan: bool
    held: list[HeldPlan] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Event:
    title: Text
    at: datetime
    who: str
    tone: str


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """One delivery. `fault` says in words why it didn't come through the last time."""

    row: DataDelivery
    title: str
    columns: list[tuple[str, str]]
    fault: Text
    events: list[Event] = field(default_factory=list)
    may_try: bool = False
    held_up: Text = ""
    """Why the node that has it still waits."""
    waits: bool = False
    """Whether it waits for the receipt of the one before."""

    @property
    def where(self) -> str:
        return str(read(self.row.receipt)["target"]["where"]) if self.row.receipt else ""

    @property
    def found_rows(self) -> int:
        return int(read(self.row.receipt)["found"]["rows"]) if self.row.receipt else 0


@dataclass(frozen=True, slots=True)
class TargetPage:
    form: TargetForm
    kind: str
    kind_label: Text
    refusal: Text = ""

    @property
    def has_secrets(self) -> bool:
        return bool(self.form.secrets)


@dataclass(frozen=True, slots=True)
class PlanPage:
    form: PlanForm
    has_grants: bool
    has_targets: bool
    refusal: Text = ""


_MOVES: dict[str, tuple[Text, str]] = {
    "plan": (_("安排交付"), "info"),
    "record": (_("已留痕，开始交付"), "info"),
    "send": (_("发往前置机，等待回执"), "info"),
    "retry": (_("没有成功，稍后重试"), "warning"),
    "widen": (_("变化衔接不上，改为交付全部"), "warning"),
    "finish": (_("完成并签发回执"), "success"),
    "give_up": (_("未能完成"), "danger"),
    "try_again": (_("再次交付"), "info"),
    "cancel": (_("取消"), "neutral"),
}


def events_of(row: DataDelivery) -> list[Event]:
    """Tell a delivery's history, oldest first."""
    told = ((_MOVES[move.name], move) for move in row.moves.all())
    return [Event(title, move.at, move.by, tone) for (title, tone), move in told]
