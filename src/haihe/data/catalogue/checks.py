"""Is an entry complete and lawful? Checked before it is written, in sentences; the constraints hold the rest."""

import re
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from haihe.city import api as city
from haihe.data.catalogue.errors import EntryRefused
from haihe.data.catalogue.models import (
    Category,
    DataType,
    Format,
    Grade,
    Sensitivity,
    SharingForm,
    SharingType,
    UpdateCycle,
)
from haihe.data.catalogue.records import NewItem, NewResource
from haihe.kernel.identifiers import IdentifierError, parse_credit_code
from haihe.kernel.text import tidy

MOST_ITEMS = 300
_ITEM_NAME = re.compile(r"^[a-z][a-z0-9_]{0,63}$")
_CHOICES = {
    "category": Category,
    "format": Format,
    "update_cycle": UpdateCycle,
    "sharing_type": SharingType,
    "grade": Grade,
}
_LENGTHS = {"title": 100, "abstract": 2000, "subject_area": 50}
_CONDITION, _REFUSAL = ("sharing_scope", "sharing_purpose"), ("refusal_reason", "refusal_basis")
_WANTED = {
    SharingType.UNCONDITIONAL: (),
    SharingType.CONDITIONAL: _CONDITION,
    SharingType.REFUSED: _REFUSAL,
}


def check_entry(entry: NewResource) -> NewResource:
    """Return the entry with its texts in order. Raises: EntryRefused, naming the first field that is wrong."""
    texts: dict[str, Any] = {name: tidy(getattr(entry, name)) for name in (*_LENGTHS, *_CONDITION, *_REFUSAL)}
    entry = replace(entry, **texts)
    if city.organisation(entry.owner) is None:
        raise EntryRefused(_("没有这个机构。"), field="owner")
    _check_texts(entry)
    _check_choices(entry)
    _check_sharing(entry)
    _check_items(entry.items)
    return replace(entry, provider_code=_credit_code(entry.provider_code))


def _check_texts(entry: NewResource) -> None:
    for name, longest in _LENGTHS.items():
        if not 1 <= len(getattr(entry, name)) <= longest:
            raise EntryRefused(_("请填写，不超过 %(n)s 个字。") % {"n": longest}, field=name)


def _check_choices(entry: NewResource) -> None:
    for name, choices in _CHOICES.items():
        if getattr(entry, name) not in choices.values:
            raise EntryRefused(_("请从列表中选择。"), field=name)
    if set(entry.sharing_forms) - set(SharingForm.values):
        raise EntryRefused(_("请从列表中选择。"), field="sharing_forms")


def _check_sharing(entry: NewResource) -> None:
    wanted = _WANTED[SharingType(entry.sharing_type)]
    for name in (*_CONDITION, *_REFUSAL):
        text = getattr(entry, name)
        if name in wanted and not 1 <= len(text) <= 500:
            raise EntryRefused(_SHARING_SENTENCES[name](), field=name)
        if name not in wanted and text:
            raise EntryRefused(_("这种共享类型不得附加此项内容（政务数据共享条例第15条）。"), field=name)
    if (entry.sharing_type == SharingType.REFUSED) == bool(entry.sharing_forms):
        raise EntryRefused(_("可共享的资源至少选择一种共享方式；不予共享的不选。"), field="sharing_forms")


_SHARING_SENTENCES = {
    "sharing_scope": lambda: _("有条件共享的资源应当列明共享范围（第15条）。"),
    "sharing_purpose": lambda: _("有条件共享的资源应当列明使用用途（第15条）。"),
    "refusal_reason": lambda: _("不予共享的资源应当写明理由（第15条）。"),
    "refusal_basis": lambda: _("不予共享的资源应当写明法律、行政法规或者国务院决定依据（第15条）。"),
}


def _check_items(items: tuple[NewItem, ...]) -> None:
    if not 1 <= len(items) <= MOST_ITEMS:
        raise EntryRefused(_("至少登记一个信息项。"), field="items")
    if len({item.name for item in items}) < len(items):
        raise EntryRefused(_("信息项的字段名不能重复。"), field="items")
    for item in items:
        _check_item(item)


def _check_item(item: NewItem) -> None:
    if not _ITEM_NAME.fullmatch(item.name) or not 1 <= len(item.title) <= 64:
        raise EntryRefused(
            _("信息项“%(title)s”的字段名应为小写字母、数字和下划线。") % {"title": item.title}, field="items"
        )
    if item.data_type not in DataType.values or item.sensitivity not in Sensitivity.values:
        raise EntryRefused(_("信息项“%(title)s”的类型或敏感程度有误。") % {"title": item.title}, field="items")
    if item.is_identifying and item.sensitivity not in (Sensitivity.PERSONAL, Sensitivity.SENSITIVE):
        raise EntryRefused(_("能识别个人的信息项应标为个人信息。"), field="items")


def _credit_code(text: str) -> str:
    if not text:
        return ""
    try:
        return parse_credit_code(text)
    except IdentifierError as error:
        raise EntryRefused(error.message_zh, field="provider_code") from None
