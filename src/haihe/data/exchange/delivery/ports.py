"""What a delivery asks of a target. No target knows grants or registers: it gets named columns and rows of text."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from django.utils.translation import gettext_noop as _

type Row = tuple[str | None, ...]
type Batches = Callable[[], Iterator[Sequence[Row]]]
"""Gives the rows from the first, as often as called."""

KEY, NUMBER = "haihe_key", "haihe_delivery"
"""Columns at the target beside the granted ones: whose row it is (a name that only this grant knows), and which
delivery wrote it last. Rows without a number are somebody else's, and are never touched."""


class Fault(StrEnum):
    """Why a target could not be written or read."""

    SETTINGS_WRONG = "SETTINGS_WRONG"
    ADDRESS = "ADDRESS"
    NO_CONNECTION = "NO_CONNECTION"
    HOST_KEY = "HOST_KEY"
    REFUSED = "REFUSED"
    OTHER_CONTENT = "OTHER_CONTENT"
    SOURCE_DAMAGED = "SOURCE_DAMAGED"
    INTERNAL = "INTERNAL"


FAULTS: dict[Fault, str] = {
    Fault.SETTINGS_WRONG: _("交付目标的设置有误，或目标表缺少需要的列，请改正后重试。"),
    Fault.ADDRESS: _("找不到交付目标的主机，或者它的地址不在允许的网段之内。"),
    Fault.NO_CONNECTION: _("连不上交付目标，或者途中断开，稍后自动重试。"),
    Fault.HOST_KEY: _("交付目标的主机公钥与登记的不一致，没有交付任何行；请与对方核实。"),
    Fault.REFUSED: _("交付目标不接受：请核对账号、权限和表的结构。"),
    Fault.OTHER_CONTENT: _("从交付目标读回的内容与交付的不一致，请核对是否有人改动了目标表或文件。"),
    Fault.SOURCE_DAMAGED: _("快照已损坏或移走，没有交付任何行，请联系大数据中心。"),
    Fault.INTERNAL: _("内部错误，稍后自动重试；再失败请联系大数据中心。"),
}


class DeliveryFailed(Exception):
    """A delivery could not be made or proved. Nothing that a target answered is repeated: it may quote a row."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault

    @property
    def may_pass(self) -> bool:
        """True where trying again may help by itself."""
        return self.fault in {Fault.ADDRESS, Fault.NO_CONNECTION, Fault.INTERNAL}


@dataclass(frozen=True, slots=True)
class Content:
    """What one delivery brings. `digest` is of its rows in any order; `plan` says whose earlier rows it replaces."""

    number: str
    plan: str
    columns: tuple[str, ...]
    rows: int
    digest: str
    batches: Batches


@dataclass(frozen=True, slots=True)
class Found:
    """What was read back from a target: its rows of the delivery, their digest, and where they lie."""

    rows: int
    digest: str
    where: str


class Target(Protocol):
    """One kind of target. Every method may be called again after it was cut off anywhere, and changes nothing twice."""

    @property
    def name(self) -> str: ...
    @property
    def settings(self) -> type[Any]: ...
    @property
    def secret(self) -> type[Any]: ...

    def check(self, settings: Any, secret: Any) -> None:
        """Connect, and change nothing. Raises: DeliveryFailed."""
        ...

    def put(self, settings: Any, secret: Any, content: Content) -> Found:
        """Make the content the plan's only one at the target, whole or not at all, and read it back.

        Raises: DeliveryFailed.
        """
        ...

    def remove(self, settings: Any, secret: Any, plan: str, numbers: Sequence[str], number: str) -> Found:
        """Delete whatever earlier deliveries wrote (`numbers`), under a number of its own, and look what is left.

        Raises: DeliveryFailed.
        """
        ...
