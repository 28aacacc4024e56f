"""What changed from one content to another: field by field, item by item, in the labels of the form."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from haihe.data.catalogue.classification.tree import path_of
from haihe.data.catalogue.contents import Content
from haihe.data.catalogue.editing.fields import EntryForm
from haihe.data.catalogue.editing.items import ItemForm
from haihe.data.catalogue.models import AssessmentKind, CodeList, Conclusion
from haihe.data.catalogue.versions.words import Piece, compare
from haihe.data.catalogue.wording import organisation_name

_ORGANISATIONS: Final = frozenset({"owner", "source_department"})
_SUBJECT: Final = gettext_lazy("分类细目")


@dataclass(frozen=True, slots=True)
class Change:
    """One field that says something else now. A text of some length is told by its words."""

    label: str | Promise
    pieces: list[Piece]


@dataclass(frozen=True, slots=True)
class ItemChange:
    """One item that was added, removed or changed; `changes` only for the last."""

    kind: str
    title: str
    name: str
    changes: list[Change]


@dataclass(frozen=True, slots=True)
class Diff:
    """All that changed. `reordered`: the same items stand in another order."""

    fields: list[Change]
    items: list[ItemChange]
    reordered: bool

    @property
    def is_empty(self) -> bool:
        return not (self.fields or self.items or self.reordered)


def diff(before: Content, after: Content, *, inside: bool) -> Diff:
    """Compare two contents; assessments only for those inside. Samples are no part of what was published."""
    names = [name for name in EntryForm.base_fields if name != "owner"]
    fields = [_change(name, EntryForm.base_fields, before, after) for name in names]
    fields.append(_plain(_SUBJECT, before.get("subject_area", ""), after.get("subject_area", "")))
    if inside:
        fields += _assessments(before, after)
    return Diff([change for change in fields if change], _items(before, after), _reordered(before, after))


def _change(name: str, form: Mapping[str, forms.Field], before: Content, after: Content) -> Change | None:
    field = form[name]
    return _plain(field.label or name, _told(name, field, before.get(name)), _told(name, field, after.get(name)))


def _plain(label: str | Promise, before: str, after: str) -> Change | None:
    return Change(label, compare(before, after)) if before != after else None


def _told(name: str, field: forms.Field, value: Any) -> str:
    """Return the value as people read it."""
    if value in (None, "", []):
        return ""
    if name == "classification":
        return " › ".join([*(node.local_title for node in path_of(value)), str(value)])
    if name in _ORGANISATIONS:
        return organisation_name(value)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    labels: dict[str, str] = {str(key): str(label) for key, label in getattr(field, "choices", ()) if key}
    if isinstance(value, list):
        return "、".join(labels.get(str(each), str(each)) for each in value)
    return labels.get(str(value), str(value))


def _items(before: Content, after: Content) -> list[ItemChange]:
    old, new = _by_name(before), _by_name(after)
    added = [ItemChange("added", item["title"], name, []) for name, item in new.items() if name not in old]
    removed = [ItemChange("removed", item["title"], name, []) for name, item in old.items() if name not in new]
    lists = dict(CodeList.objects.values_list("slug", "title"))
    changed = [
        ItemChange("changed", new[name]["title"], name, changes)
        for name in new
        if name in old and (changes := _item_changes(old[name], new[name], lists))
    ]
    return [*added, *removed, *changed]


def _item_changes(before: Content, after: Content, lists: Mapping[str, str]) -> list[Change]:
    names = [name for name in ItemForm.base_fields if name not in ("name", "code_list")]
    changes = [_change(name, ItemForm.base_fields, before, after) for name in names]
    slugs = before.get("code_list", ""), after.get("code_list", "")
    label = ItemForm.base_fields["code_list"].label or ""
    changes.append(_plain(label, *(lists.get(slug, slug) for slug in slugs)))
    return [change for change in changes if change]


def _by_name(content: Content) -> dict[str, Content]:
    return {item["name"]: item for item in content["items"]}


def _reordered(before: Content, after: Content) -> bool:
    old, new = list(_by_name(before)), list(_by_name(after))
    return [name for name in old if name in new] != [name for name in new if name in old]


def _assessments(before: Content, after: Content) -> Iterable[Change | None]:
    for kind in AssessmentKind:
        yield _plain(kind.label, _assessed(before, kind), _assessed(after, kind))


def _assessed(content: Content, kind: AssessmentKind) -> str:
    for each in content.get("assessments", ()):
        if each["kind"] == kind:
            told = (Conclusion(each["conclusion"]).label, each["assessor"], each["assessed_on"], each["measures"])
            return " · ".join(str(part) for part in told if part)
    return ""
