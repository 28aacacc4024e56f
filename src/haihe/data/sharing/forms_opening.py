"""Opening a service on a register of one's own: which fields, through which masks, from where."""

from typing import Any, Final, NamedTuple

from django import forms
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from haihe.data.catalogue.api import ItemEntry, ResourceEntry
from haihe.data.sharing import wording
from haihe.data.sharing.forms import tell_errors
from haihe.data.sharing.forms_interface import CODE as _CODE
from haihe.data.sharing.forms_interface import InterfaceForm
from haihe.data.sharing.models import ServiceKind
from haihe.data.sharing.operations.services import NewService
from haihe.kernel.mask_rules import BUCKET

_CONTROL = {"class": "form-control"}
_SELECT = {"class": "form-select"}
_DAY_S: Final = 86_400
_KINDS: Final[list[tuple[str, Promise]]] = [
    (ServiceKind.QUERY, _("查询：从报送的名册中答复")),
    (ServiceKind.SUBSCRIBE, _("订阅变更：答复名册中变了的字段")),
    (ServiceKind.PROXY, _("代理查询：由本部门的接口当场答复")),
]


class ItemRow(NamedTuple):
    """The inputs of one data item."""

    item: ItemEntry
    mask: BoundField
    step: BoundField
    pointer: BoundField
    type: BoundField


class OpeningForm(InterfaceForm):
    """A service that gives fields; the inputs of the interface count for a PROXY service only."""

    kind = forms.ChoiceField(label=_("方式"), choices=_KINDS, widget=forms.Select(attrs=_SELECT))
    slug = forms.CharField(
        label=_("服务名称（用于接口地址）"),
        max_length=64,
        help_text=_("小写字母开头，含字母、数字和短横线，如 tax-paid；开通后不能更改。"),
        widget=forms.TextInput(attrs=_CODE),
    )
    title = forms.CharField(label=_("标题"), max_length=100, widget=forms.TextInput(attrs=_CONTROL))
    summary = forms.CharField(
        label=_("说明"),
        max_length=500,
        help_text=_("回答什么、不回答什么，给使用部门看。"),
        widget=forms.Textarea(attrs=_CONTROL | {"rows": 2}),
    )
    max_age_days = forms.IntegerField(
        label=_("数据时效（天）"),
        min_value=1,
        max_value=400,
        help_text=_("名册超过这么多天没有更新，就只答“无法确认”。"),
        widget=forms.NumberInput(attrs=_CONTROL | {"inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, entry: ResourceEntry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entry = entry
        masks = [("", _now("不提供")), ("none", _now("完整提供"))]
        masks += [(name, str(told) % {"step": "…"}) for name, told in wording.MASKS.items()]
        for item in entry.items:
            self.fields[f"mask_{item.name}"] = forms.ChoiceField(
                label=_("怎样提供"), required=False, choices=masks, widget=forms.Select(attrs=_SELECT)
            )
            self.fields[f"step_{item.name}"] = forms.IntegerField(
                label=_("分档"), required=False, widget=forms.NumberInput(attrs=_CONTROL | {"inputmode": "numeric"})
            )
            self.add_place(item.name)
        tell_errors(self)

    @property
    def rows(self) -> list[ItemRow]:
        return [
            ItemRow(item, *(self[f"{part}_{item.name}"] for part in ("mask", "step", "pointer", "type")))
            for item in self.entry.items
        ]

    @property
    def about(self) -> list[BoundField]:
        """Return the inputs of every service."""
        return [self[name] for name in ("kind", "slug", "title", "summary", "max_age_days")]

    def service(self) -> NewService:
        """Return what was filled in; for a form that is valid."""
        told = self.cleaned_data
        is_proxy = told["kind"] == ServiceKind.PROXY
        return NewService(
            slug=told["slug"],
            title=told["title"],
            summary=told["summary"],
            resource=self.entry.code,
            max_age_s=told["max_age_days"] * _DAY_S,
            fields=self._masks(),
            source=self.rules(self._masks()) if is_proxy else None,
            source_secret=told["secret"] if is_proxy else "",
            subscribes=told["kind"] == ServiceKind.SUBSCRIBE,
        )

    def _masks(self) -> dict[str, Any]:
        told, masks = self.cleaned_data, dict[str, Any]()
        for item in self.entry.items:
            if mask := told[f"mask_{item.name}"]:
                masks[item.name] = {"mask": mask} | ({"step": told[f"step_{item.name}"]} if mask == BUCKET else {})
        return masks
