"""Are the items of an entry, and the rows that show what they look like, in order?"""

import re
from collections.abc import Collection
from dataclasses import replace

from django.utils.translation import gettext as _

from haihe.data.catalogue.errors import EntryRefused
from haihe.data.catalogue.models import CodeList, DataType, Sensitivity, SharingType
from haihe.data.catalogue.models.item import MOST_SAMPLES
from haihe.data.catalogue.records import NewItem
from haihe.kernel.identifiers import IdentifierError, normal_id_number
from haihe.kernel.text import normalise, tidy

MOST_ITEMS = 300
LONGEST_SAMPLE = 200
_ITEM_NAME = re.compile(r"^[a-z][a-z0-9_]{0,63}$")
_MAYBE_ID_NUMBER = re.compile(r"(?=([0-9]{17}[0-9Xx]))")
_SHARING_ORDER = (SharingType.UNCONDITIONAL, SharingType.CONDITIONAL, SharingType.REFUSED)


def check_items(items: tuple[NewItem, ...], sharing_type: str) -> tuple[NewItem, ...]:
    """Return the items with their texts in order. Raises: EntryRefused, always of the field `items`."""
    items = tuple(_tidied(item) for item in items)
    if not 1 <= len(items) <= MOST_ITEMS:
        raise EntryRefused(_("至少登记一个信息项。"), field="items")
    if len({item.name for item in items}) < len(items):
        raise EntryRefused(_("信息项的字段名不能重复。"), field="items")
    for item in items:
        _check_item(item)
        _check_sharing(item, sharing_type)
    _check_code_lists({item.code_list for item in items} - {""})
    return items


def check_samples(samples: tuple[dict[str, str], ...], names: Collection[str]) -> tuple[dict[str, str], ...]:
    """Return the rows without what is empty. Raises: EntryRefused, always of the field `samples`."""
    rows = tuple(
        row for sample in samples if (row := {name: tidy(text) for name, text in sample.items() if text.strip()})
    )
    if len(rows) > MOST_SAMPLES:
        raise EntryRefused(_("最多 %(n)s 行样例。") % {"n": MOST_SAMPLES}, field="samples")
    for row in rows:
        if unknown := [name for name in row if name not in names]:
            raise EntryRefused(_("样例中的“%(name)s”不是信息项。") % {"name": unknown[0][:64]}, field="samples")
        for text in row.values():
            if len(text) > LONGEST_SAMPLE:
                raise EntryRefused(_("样例的每个值不超过 %(n)s 个字。") % {"n": LONGEST_SAMPLE}, field="samples")
            if holds_id_number(text):
                raise EntryRefused(
                    _("样例中有一个校验正确的身份证号码，可能属于真人。请改用遮盖的号码，如 120103********1012。"),
                    field="samples",
                )
    return rows


def holds_id_number(text: str) -> bool:
    """True if an identity number that could be somebody's stands in the text, however it is spaced."""
    compact = "".join(normalise(text).split())
    return any(map(_is_id_number, _MAYBE_ID_NUMBER.findall(compact)))


def _is_id_number(text: str) -> bool:
    try:
        normal_id_number(text)
    except IdentifierError:
        return False
    return True


def _tidied(item: NewItem) -> NewItem:
    return replace(
        item, title=tidy(item.title), unit=tidy(item.unit), description=tidy(item.description), name=item.name.strip()
    )


def _check_item(item: NewItem) -> None:
    told = {"title": item.title}
    if not _ITEM_NAME.fullmatch(item.name) or not 1 <= len(item.title) <= 64:
        raise EntryRefused(_("信息项“%(title)s”的字段名应为小写字母、数字和下划线。") % told, field="items")
    if item.data_type not in DataType.values or item.sensitivity not in Sensitivity.values:
        raise EntryRefused(_("信息项“%(title)s”的类型或敏感程度有误。") % told, field="items")
    if item.is_identifying and item.sensitivity not in (Sensitivity.PERSONAL, Sensitivity.SENSITIVE):
        raise EntryRefused(_("能识别个人的信息项应标为个人信息。"), field="items")
    if len(item.unit) > 20 or len(item.description) > 300:
        raise EntryRefused(_("信息项“%(title)s”的单位不超过 20 个字，说明不超过 300 个字。") % told, field="items")
    if item.length is not None and not 1 <= item.length <= 100_000_000:
        raise EntryRefused(_("信息项“%(title)s”的长度应为正整数。") % told, field="items")


def _check_sharing(item: NewItem, sharing_type: str) -> None:
    """An item may be held closer than its resource, never shared more freely."""
    if not item.sharing_type:
        return
    if item.sharing_type not in SharingType.values:
        raise EntryRefused(_("请从列表中选择。"), field="items")
    if _SHARING_ORDER.index(SharingType(item.sharing_type)) < _SHARING_ORDER.index(SharingType(sharing_type)):
        told = {"title": item.title}
        raise EntryRefused(_("信息项“%(title)s”的共享类型不能比资源的更宽。") % told, field="items")


def _check_code_lists(asked: set[str]) -> None:
    missing = asked - set(CodeList.objects.filter(slug__in=asked).values_list("slug", flat=True)) if asked else set()
    if missing:
        raise EntryRefused(_("没有代码表“%(slug)s”。") % {"slug": min(missing)[:48]}, field="items")
