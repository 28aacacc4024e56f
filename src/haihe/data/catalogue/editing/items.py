"""The table of items: a form a row; rows come and go by buttons, without JavaScript."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from haihe.data.catalogue.check_items import MOST_ITEMS
from haihe.data.catalogue.models import CodeList, DataType, Sensitivity, SharingType
from haihe.data.catalogue.records import NewItem

PREFIX: Final = "items"
ADDED_AT_ONCE: Final = 3
_CONTROL: Final = {"class": "form-control"}
_CHECK: Final = {"class": "form-check-input"}


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "form-select"})


class ItemForm(forms.Form):
    """One item. A row in which nothing is typed is no item."""

    title = forms.CharField(label=_("名称"), max_length=64, widget=forms.TextInput(attrs=_CONTROL))
    name = forms.RegexField(
        r"^[a-z][a-z0-9_]{0,63}$",
        label=_("字段名"),
        widget=forms.TextInput(attrs=_CONTROL | {"autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"invalid": _("请用小写字母、数字和下划线，字母开头。")},
    )
    data_type = forms.ChoiceField(label=_("类型"), choices=DataType.choices, initial=DataType.TEXT, widget=_select())
    length = forms.IntegerField(
        label=_("长度"),
        required=False,
        min_value=1,
        max_value=100_000_000,
        widget=forms.NumberInput(attrs=_CONTROL | {"inputmode": "numeric"}),
    )
    unit = forms.CharField(label=_("单位"), required=False, max_length=20, widget=forms.TextInput(attrs=_CONTROL))
    code_list = forms.ChoiceField(label=_("代码表"), required=False, widget=_select())
    sensitivity = forms.ChoiceField(
        label=_("敏感程度"), choices=Sensitivity.choices, initial=Sensitivity.INTERNAL, widget=_select()
    )
    sharing_type = forms.ChoiceField(
        label=_("共享类型"), required=False, choices=[("", _("与资源相同")), *SharingType.choices], widget=_select()
    )
    description = forms.CharField(
        label=_("说明"), required=False, max_length=300, widget=forms.TextInput(attrs=_CONTROL)
    )
    is_required = forms.BooleanField(label=_("必填"), required=False, widget=forms.CheckboxInput(attrs=_CHECK))
    is_identifying = forms.BooleanField(label=_("可识别个人"), required=False, widget=forms.CheckboxInput(attrs=_CHECK))

    def __init__(self, *args: Any, code_lists: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code_list"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [("", "—"), *code_lists]
        self.fields["DELETE"] = forms.BooleanField(
            label=_("删除这一项"), required=False, widget=forms.CheckboxInput(attrs=_CHECK)
        )

    def item(self) -> NewItem:
        """Return the item; for a row that is valid."""
        return NewItem(**{name: self.cleaned_data[name] for name in NewItem.__dataclass_fields__})


class ItemRows:
    """All rows of one page. Made from what was typed, or from the items that there are and some empty rows."""

    def __init__(self, data: Any = None, items: Sequence[NewItem] = (), *, more: int = 0) -> None:
        lists = [(row.slug, row.title) for row in CodeList.objects.all()]
        self.is_bound = data is not None
        count = self._counted(data) if self.is_bound else len(items)
        self.rows = [self._row(data, n, lists, items) for n in range(min(count, MOST_ITEMS))]
        self._add(more or (0 if count else ADDED_AT_ONCE), lists)

    @staticmethod
    def _counted(data: Any) -> int:
        told = str(data.get(f"{PREFIX}-rows", ""))
        return int(told) if told.isascii() and told.isdigit() and len(told) < 6 else 0

    @staticmethod
    def _row(data: Any, n: int, lists: Sequence[tuple[str, str]], items: Sequence[NewItem]) -> ItemForm:
        initial = {} if data is not None else {name: getattr(items[n], name) for name in NewItem.__dataclass_fields__}
        return ItemForm(
            data,
            prefix=f"{PREFIX}-{n}",
            initial=initial,
            code_lists=lists,
            empty_permitted=True,
            use_required_attribute=False,
        )

    def _add(self, more: int, lists: Sequence[tuple[str, str]]) -> None:
        for n in range(len(self.rows), min(len(self.rows) + more, MOST_ITEMS)):
            self.rows.append(ItemForm(None, prefix=f"{PREFIX}-{n}", code_lists=lists, use_required_attribute=False))

    @property
    def kept(self) -> list[ItemForm]:
        """The rows that hold something and aren't to be deleted."""
        return [row for row in self.rows if row.is_bound and row.has_changed() and not self._goes(row)]

    @staticmethod
    def _goes(row: ItemForm) -> bool:
        return bool(row.data.get(row.add_prefix("DELETE")))

    def is_valid(self) -> bool:
        return all(row.is_valid() for row in self.kept)

    def items(self) -> tuple[NewItem, ...]:
        """Return the items; for rows that are valid."""
        return tuple(row.item() for row in self.kept)
