"""May this entry of another catalogue stand here? Asked of each alone, so that a bad one holds up no other."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from haihe.data.catalogue.cascade.records import Entry, Tombstone
from haihe.data.catalogue.models import (
    Category,
    Format,
    Grade,
    OpeningType,
    Sensitivity,
    SharingForm,
    SharingType,
    UpdateCycle,
)

_AHEAD: Final = timedelta(hours=1)
_CHOICES: Final[dict[str, type[TextChoices]]] = {
    "category": Category,
    "grade": Grade,
    "format": Format,
    "update_cycle": UpdateCycle,
    "sharing_type": SharingType,
    "opening_type": OpeningType,
}


class Unfit(ValueError):
    """The entry isn't taken in; the message says why."""


def check_entry(entry: Entry, *, prefix: str, now: datetime) -> None:
    """Raises: Unfit. `prefix` is whose codes the node may hand in."""
    _check_code(entry.code, entry.owner, prefix)
    for check in (_check_choices, _check_sharing, _check_opening, _check_items):
        check(entry)
    if entry.published_at > now + _AHEAD or entry.modified_at > now + _AHEAD:
        raise Unfit(_("发布或更新的时间在将来。"))


def check_tombstone(gone: Tombstone, *, prefix: str, now: datetime) -> None:
    """Raises: Unfit."""
    _check_code(gone.code, gone.code.partition("/")[0], prefix)
    if gone.at > now + _AHEAD:
        raise Unfit(_("下线的时间在将来。"))


def _check_code(code: str, owner: str, prefix: str) -> None:
    if not code.startswith(prefix):
        raise Unfit(_("资源代码不属于这个节点（应以 %(prefix)s 开头）。") % {"prefix": prefix})
    if code.partition("/")[0] != owner:
        raise Unfit(_("资源代码与提供方不符。"))


def _check_choices(entry: Entry) -> None:
    for name, choices in _CHOICES.items():
        if getattr(entry, name) not in choices.values:
            raise Unfit(_("“%(field)s”的值不在可选范围内。") % {"field": name})
    if len(set(entry.sharing_forms)) < len(entry.sharing_forms) or set(entry.sharing_forms) - set(SharingForm.values):
        raise Unfit(_("“%(field)s”的值不在可选范围内。") % {"field": "sharing_forms"})
    if entry.code in entry.related:
        raise Unfit(_("资源不能关联自己。"))


_FILLED: Final[dict[str, tuple[bool, bool]]] = {
    SharingType.UNCONDITIONAL: (False, False),
    SharingType.CONDITIONAL: (True, False),
    SharingType.REFUSED: (False, True),
}


def _check_sharing(entry: Entry) -> None:
    """Art. 15: scope and purpose where sharing has conditions, reason and basis where it is refused, nothing else."""
    conditions, refusal = _FILLED[entry.sharing_type]
    told = {
        "sharing_scope": conditions,
        "sharing_purpose": conditions,
        "refusal_reason": refusal,
        "refusal_basis": refusal,
    }
    for name, wanted in told.items():
        if bool(getattr(entry, name).strip()) != wanted:
            raise Unfit(_("共享属性不完整或者互相矛盾（政务数据共享条例第15条）。"))
    if refusal == bool(entry.sharing_forms):
        raise Unfit(_("可共享的资源至少有一种共享方式；不予共享的没有。"))


def _check_opening(entry: Entry) -> None:
    if (entry.opening_type == OpeningType.CONDITIONAL) != bool(entry.opening_condition.strip()):
        raise Unfit(_("开放属性不完整或者互相矛盾。"))


def _check_items(entry: Entry) -> None:
    personal = (Sensitivity.PERSONAL, Sensitivity.SENSITIVE)
    faults: tuple[Callable[[], bool], ...] = (
        lambda: len({item.name for item in entry.items}) < len(entry.items),
        lambda: any(item.sensitivity not in Sensitivity.values for item in entry.items),
        lambda: any(item.sharing_type not in ("", *SharingType.values) for item in entry.items),
        lambda: any(item.is_identifying and item.sensitivity not in personal for item in entry.items),
    )
    if any(fault() for fault in faults):
        raise Unfit(_("信息项重复，或者敏感程度、共享类型有误。"))
