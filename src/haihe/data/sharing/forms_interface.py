"""A department's own interface, as its owner fills it in: when the service is opened, and whenever it changes.

All that the rules can say (`kernel.source_rules`) has its input here, so that who changes one thing loses no other.
"""

import re
from collections.abc import Iterable
from typing import Any, Final, cast

from django import forms
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from haihe.kernel.source_rules import MOST_BYTES, MOST_CA_BYTES, Parameter, SourceRules

CONTROL: Final = {"class": "form-control"}
SELECT: Final = {"class": "form-select"}
CODE: Final = CONTROL | {"autocapitalize": "none", "spellcheck": "false"}
_HOUR_S: Final = 3600
_SUBJECT: Final[list[tuple[str, Promise]]] = [
    ("body", _("请求内容（JSON）")),
    ("header", _("请求头")),
    ("path", _("地址的一段，用 {subject} 标出；服务器日志可能记下")),
    ("query", _("查询串；服务器日志可能记下")),
    ("", _("不按人查询")),
]
_STATUSES: Final[list[tuple[str, str | Promise]]] = [
    ("404", "404"),
    ("204", "204"),
    ("410", "410"),
    ("", _("不用状态码")),
]
_TYPES: Final[list[tuple[str, Promise]]] = [
    ("text", _("文字")),
    ("integer", _("整数")),
    ("amount", _("金额或小数")),
    ("date", _("日期")),
    ("boolean", _("是否")),
]
_RANGE: Final = re.compile(r"(-?[0-9]{1,15})?\.\.(-?[0-9]{1,15})?")
_ALIKE: Final = ("url", "method", "secret_header", "ca", "timeout_ms", "most_bytes")
_INTERFACE: Final = (
    *("url", "method", "subject_in", "subject_name", "logged", "parameters", "absent_status", "absent_pointer", "echo"),
    *("secret_header", "secret", "ca", "timeout_ms", "most_bytes", "failures", "open_s", "last_good_hours"),
)


class InterfaceForm(forms.Form):
    """The inputs of an interface; those of its fields' places are added one by one."""

    method = forms.ChoiceField(
        label=_("请求方法"),
        required=False,
        choices=[("POST", "POST"), ("GET", "GET")],
        widget=forms.Select(attrs=SELECT),
    )
    url = forms.CharField(
        label=_("接口地址"),
        required=False,
        max_length=500,
        help_text=_("如 https://tax.example:8443/v1/persons；不带用户名、查询串。大数据中心确认后才会访问。"),
        widget=forms.TextInput(attrs=CODE | {"inputmode": "url"}),
    )
    subject_in = forms.ChoiceField(
        label=_("证件号码放在哪里"),
        required=False,
        initial="body",
        choices=_SUBJECT,
        widget=forms.Select(attrs=SELECT),
    )
    subject_name = forms.CharField(
        label=_("它在接口中的名称"), required=False, max_length=64, widget=forms.TextInput(attrs=CODE)
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
            "用空格隔开；名称后加问号表示可以不填。整数可以再写范围，接口叫别的名称的写在等号后。"
            "如 year? query integer 2000..2100 =nd"
        ),
        widget=forms.Textarea(attrs=CODE | {"rows": 2}),
    )
    absent_status = forms.ChoiceField(
        label=_("接口用哪个状态码表示查无此人"),
        required=False,
        initial="404",
        choices=_STATUSES,
        widget=forms.Select(attrs=SELECT),
    )
    absent_pointer = forms.CharField(
        label=_("或者，答复中哪里为空表示查无此人"),
        required=False,
        max_length=200,
        help_text=_("如 /data；只看状态码的，不填。"),
        widget=forms.TextInput(attrs=CODE),
    )
    echo = forms.CharField(
        label=_("证件号码在答复中的位置"),
        required=False,
        max_length=200,
        help_text=_("如 /data/sfzh；答复了别人的，一律不用。接口不重复号码的，不填。"),
        widget=forms.TextInput(attrs=CODE),
    )
    secret_header = forms.CharField(
        label=_("密钥放在哪个请求头"),
        required=False,
        max_length=64,
        help_text=_("接口不用密钥的，不填。"),
        widget=forms.TextInput(attrs=CODE),
    )
    secret = forms.CharField(
        label=_("密钥"),
        required=False,
        max_length=1000,
        help_text=_("加密保存，不再显示。"),
        widget=forms.PasswordInput(attrs=CONTROL | {"autocomplete": "off"}),
    )
    ca = forms.CharField(
        label=_("接口证书由谁签发（PEM）"),
        required=False,
        max_length=MOST_CA_BYTES,
        help_text=_(
            "用 https 而且证书由本部门自己的机构签发的，粘贴该机构的证书，只认它签发的；"
            "不填的，按网关系统信任的机构核对。"
        ),
        widget=forms.Textarea(attrs=CODE | {"rows": 3}),
    )
    timeout_ms = forms.IntegerField(
        label=_("时限（毫秒）"),
        required=False,
        min_value=100,
        max_value=10_000,
        initial=3000,
        widget=forms.NumberInput(attrs=CONTROL | {"inputmode": "numeric"}),
    )
    most_bytes = forms.IntegerField(
        label=_("答复最长（字节）"),
        required=False,
        min_value=256,
        max_value=MOST_BYTES,
        initial=65_536,
        widget=forms.NumberInput(attrs=CONTROL | {"inputmode": "numeric"}),
    )
    failures = forms.IntegerField(
        label=_("连续出错几次后暂停访问"),
        required=False,
        min_value=1,
        max_value=100,
        initial=5,
        widget=forms.NumberInput(attrs=CONTROL | {"inputmode": "numeric"}),
    )
    open_s = forms.IntegerField(
        label=_("暂停多久（秒）"),
        required=False,
        min_value=1,
        max_value=600,
        initial=30,
        widget=forms.NumberInput(attrs=CONTROL | {"inputmode": "numeric"}),
    )
    last_good_hours = forms.FloatField(
        label=_("接口中断时，旧答复最多可以有多旧（小时）"),
        required=False,
        min_value=0,
        max_value=720,
        initial=0,
        help_text=_("填 0 表示不用旧答复；授权可以定得更短。"),
        widget=forms.NumberInput(attrs=CONTROL | {"inputmode": "decimal", "step": "any"}),
    )

    def add_place(self, name: str) -> None:
        """Add the inputs that say where the field stands in the answer."""
        self.fields[f"pointer_{name}"] = forms.CharField(
            label=_("在接口答复中的位置"), required=False, max_length=200, widget=forms.TextInput(attrs=CODE)
        )
        self.fields[f"type_{name}"] = forms.ChoiceField(
            label=_("类型"), required=False, choices=_TYPES, widget=forms.Select(attrs=SELECT)
        )

    @property
    def interface(self) -> list[BoundField]:
        return [self[name] for name in _INTERFACE]

    def rules(self, fields: Iterable[str]) -> dict[str, Any]:
        """Return the source rules of these fields, as they were filled in; whether they make sense is not said."""
        told = self.cleaned_data
        status, pointer = told["absent_status"], told["absent_pointer"]
        source: dict[str, Any] = {
            "url": told["url"],
            "method": told["method"] or "POST",
            "fields": {
                name: {"pointer": told[f"pointer_{name}"], "type": told[f"type_{name}"] or "text"} for name in fields
            },
            "parameters": _parameters(told["parameters"]),
            "absent": ({"status": int(status)} if status else {}) | ({"pointer": pointer} if pointer else {}),
            "secret_header": told["secret_header"],
            "timeout_ms": told["timeout_ms"] or 3000,
            "most_bytes": told["most_bytes"] or 65_536,
            "breaker": {"failures": told["failures"] or 5, "open_s": told["open_s"] or 30},
            "last_good_s": round((told["last_good_hours"] or 0) * _HOUR_S),
        }
        source |= {name: told[name] for name in ("echo", "ca") if told[name]}
        if place := told["subject_in"]:
            name = {"name": told["subject_name"]} if told["subject_name"] and place != "path" else {}
            source["subject"] = {"in": place, "logged": told["logged"]} | name
        return source

    @staticmethod
    def initial_of(rules: SourceRules) -> dict[str, Any]:
        """Return what the inputs hold for these rules; the secret is shown to nobody."""
        subject = rules.subject
        told: dict[str, Any] = {name: getattr(rules, name) for name in _ALIKE}
        for name, field in rules.fields.items():
            told |= {f"pointer_{name}": field.pointer, f"type_{name}": field.type}
        return told | {
            "subject_in": subject.place if subject else "",
            "subject_name": subject.name if subject and subject.place != "path" else "",
            "logged": subject is not None and subject.logged,
            "parameters": "\n".join(_line(name, each) for name, each in rules.parameters.items()),
            "absent_status": str(rules.absent.status or ""),
            "absent_pointer": rules.absent.pointer or "",
            "echo": rules.echo or "",
            "failures": rules.breaker.failures,
            "open_s": rules.breaker.open_s,
            "last_good_hours": f"{rules.last_good_s / _HOUR_S:.12g}",
        }


def _parameters(text: str) -> dict[str, Any]:
    """Read one parameter a line; what makes no sense is left for the rules to refuse by its name."""
    found: dict[str, Any] = {}
    for line in text.splitlines():
        name, place, form, *more = [*line.split(), "", "", ""]
        if not name:
            continue
        choices = {"choices": [each for each in form.split("|") if each]} if "|" in form else {}
        told = {"in": place, "form": "choice" if choices else form, "required": not name.endswith("?")}
        found[name.removesuffix("?")] = cast("dict[str, Any]", told) | choices | _more(more)
    return found


def _more(parts: list[str]) -> dict[str, Any]:
    """Read a range and the source's own word; anything else becomes a form that no rules know."""
    found: dict[str, Any] = {}
    for part in filter(None, parts):
        if bounds := _RANGE.fullmatch(part):
            found |= {name: int(value) for name, value in zip(("least", "most"), bounds.groups(), strict=True) if value}
        elif part.startswith("="):
            found["name"] = part[1:]
        else:
            found["form"] = part
    return found


def _line(name: str, each: Parameter) -> str:
    form = "|".join(each.choices) if each.choices else each.form
    if len(each.choices) == 1:
        form += "|"
    bounds = (each.least, each.most)
    told = [name if each.required else f"{name}?", each.place, form]
    if bounds != (None, None):
        told.append("..".join("" if bound is None else str(bound) for bound in bounds))
    return " ".join(told + ([f"={each.name}"] if each.name else []))
