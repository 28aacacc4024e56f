"""Opening a service on a register of one's own: which fields, through which masks, from where."""

from typing import Any, Final, NamedTuple, cast

from django import forms
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from haihe.data.catalogue.api import ItemEntry, ResourceEntry
from haihe.data.sharing import wording
from haihe.data.sharing.forms import tell_errors
from haihe.data.sharing.models import ServiceKind
from haihe.data.sharing.operations.services import NewService
from haihe.kernel.mask_rules import BUCKET

_CONTROL = {"class": "form-control"}
_SELECT = {"class": "form-select"}
_CODE = _CONTROL | {"autocapitalize": "none", "spellcheck": "false"}
_DAY_S: Final = 86_400
_KINDS: Final[list[tuple[str, Promise]]] = [
    (ServiceKind.QUERY, _("查询：从报送的名册中答复")),
    (ServiceKind.SUBSCRIBE, _("订阅变更：答复名册中变了的字段")),
    (ServiceKind.PROXY, _("代理查询：由本部门的接口当场答复")),
]
_SUBJECT: Final[list[tuple[str, Promise]]] = [
    ("body", _("请求内容（JSON）")),
    ("header", _("请求头")),
    ("path", _("地址的一段，用 {subject} 标出；服务器日志可能记下")),
    ("query", _("查询串；服务器日志可能记下")),
    ("", _("不按人查询")),
]
_TYPES: Final[list[tuple[str, Promise]]] = [
    ("text", _("文字")),
    ("integer", _("整数")),
    ("amount", _("金额或小数")),
    ("date", _("日期")),
    ("boolean", _("是否")),
]


class ItemRow(NamedTuple):
    """The inputs of one data item."""

    item: ItemEntry
    mask: BoundField
    step: BoundField
    pointer: BoundField
    type: BoundField


class OpeningForm(forms.Form):
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
    method = forms.ChoiceField(
        label=_("请求方法"),
        required=False,
        choices=[("POST", "POST"), ("GET", "GET")],
        widget=forms.Select(attrs=_SELECT),
    )
    url = forms.CharField(
        label=_("接口地址"),
        required=False,
        max_length=500,
        help_text=_("如 https://tax.example:8443/v1/persons；不带用户名、查询串。大数据中心确认后才会访问。"),
        widget=forms.TextInput(attrs=_CODE | {"inputmode": "url"}),
    )
    subject_in = forms.ChoiceField(
        label=_("证件号码放在哪里"),
        required=False,
        initial="body",
        choices=_SUBJECT,
        widget=forms.Select(attrs=_SELECT),
    )
    subject_name = forms.CharField(
        label=_("它在接口中的名称"), required=False, max_length=64, widget=forms.TextInput(attrs=_CODE)
    )
    logged = forms.BooleanField(
        label=_("我知道放在地址里的证件号码会被沿途服务器的日志记下"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    parameters = forms.CharField(
        label=_("允许的参数"),
        required=False,
        max_length=2000,
        help_text=_(
            "一行一个：名称、位置（query、body、header、path）、格式（code、integer、date、text，或者用竖线隔开的选项），"
            "用空格隔开；名称后加问号表示可以不填。如 year? query integer"
        ),
        widget=forms.Textarea(attrs=_CODE | {"rows": 2}),
    )
    absent_404 = forms.BooleanField(
        label=_("接口用 404 表示查无此人"),
        required=False,
        initial=True,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    secret_header = forms.CharField(
        label=_("密钥放在哪个请求头"),
        required=False,
        max_length=64,
        help_text=_("接口不用密钥的，不填。"),
        widget=forms.TextInput(attrs=_CODE),
    )
    secret = forms.CharField(
        label=_("密钥"),
        required=False,
        max_length=1000,
        help_text=_("加密保存，不再显示。"),
        widget=forms.PasswordInput(attrs=_CONTROL | {"autocomplete": "off"}),
    )
    timeout_ms = forms.IntegerField(
        label=_("时限（毫秒）"),
        required=False,
        min_value=100,
        max_value=10_000,
        initial=3000,
        widget=forms.NumberInput(attrs=_CONTROL | {"inputmode": "numeric"}),
    )
    last_good_hours = forms.IntegerField(
        label=_("接口中断时，旧答复最多可以有多旧（小时）"),
        required=False,
        min_value=0,
        max_value=720,
        initial=0,
        help_text=_("填 0 表示不用旧答复；授权可以定得更短。"),
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
            self.fields[f"pointer_{item.name}"] = forms.CharField(
                label=_("在接口答复中的位置"), required=False, max_length=200, widget=forms.TextInput(attrs=_CODE)
            )
            self.fields[f"type_{item.name}"] = forms.ChoiceField(
                label=_("类型"), required=False, choices=_TYPES, widget=forms.Select(attrs=_SELECT)
            )
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

    @property
    def interface(self) -> list[BoundField]:
        """Return the inputs of a department's own interface."""
        names = ("url", "method", "subject_in", "subject_name", "logged", "parameters", "absent_404", "secret_header")
        return [self[name] for name in (*names, "secret", "timeout_ms", "last_good_hours")]

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
            source=self._source() if is_proxy else None,
            source_secret=told["secret"] if is_proxy else "",
            subscribes=told["kind"] == ServiceKind.SUBSCRIBE,
        )

    def _masks(self) -> dict[str, Any]:
        told, masks = self.cleaned_data, dict[str, Any]()
        for item in self.entry.items:
            if mask := told[f"mask_{item.name}"]:
                masks[item.name] = {"mask": mask} | ({"step": told[f"step_{item.name}"]} if mask == BUCKET else {})
        return masks

    def _source(self) -> dict[str, Any]:
        told = self.cleaned_data
        source: dict[str, Any] = {
            "url": told["url"],
            "method": told["method"] or "POST",
            "fields": {
                name: {"pointer": told[f"pointer_{name}"], "type": told[f"type_{name}"] or "text"}
                for name in self._masks()
            },
            "parameters": _parameters(told["parameters"]),
            "absent": {"status": 404} if told["absent_404"] else {},
            "secret_header": told["secret_header"],
            "timeout_ms": told["timeout_ms"] or 3000,
            "last_good_s": (told["last_good_hours"] or 0) * 3600,
        }
        if place := told["subject_in"]:
            name = {"name": told["subject_name"]} if told["subject_name"] and place != "path" else {}
            source["subject"] = {"in": place, "logged": told["logged"]} | name
        return source


def _parameters(text: str) -> dict[str, Any]:
    """Read one parameter a line; what makes no sense is left for the rules to refuse by its name."""
    found: dict[str, Any] = {}
    for line in text.splitlines():
        name, place, form, *_more = [*line.split(), "", "", ""]
        if not name:
            continue
        choices = {"choices": form.split("|")} if "|" in form else {}
        told = {"in": place, "form": "choice" if choices else form, "required": not name.endswith("?")}
        found[name.removesuffix("?")] = cast("dict[str, Any]", told) | choices
    return found
