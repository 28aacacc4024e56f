"""A new node, and what a node is to fetch."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from haihe.city import api as city
from haihe.data.exchange.connectors.kinds import CONNECTORS
from haihe.data.exchange.connectors.ports import BringsOnlyChanges
from haihe.data.exchange.nodes.models import Level, Node
from haihe.data.exchange.nodes.operations.inviting import Plan
from haihe.data.exchange.nodes.wording import CONNECTORS as WORDS
from haihe.data.exchange.rules import RegisterSchema
from haihe.data.exchange.sources.forms import SourceForm
from haihe.data.exchange.sources.kind_forms import FORMS as SOURCE_FORMS

_CONTROL = {"class": "form-control"}
_SELECT = {"class": "form-select"}
_KINDS = ("PARTY", "DEPARTMENT", "INSTITUTION", "ASSOCIATION", "CENTRAL", "DISTRICT", "STREET")
"""Of organisations that may have a node: none for units inside one, nor for thousands of villages."""


class PlanForm(forms.Form):
    name = forms.CharField(
        label=_("名称"),
        help_text=_("小写字母、数字和连字符，例如 minzheng-1；定下后不能改。"),
        max_length=32,
        widget=forms.TextInput(attrs=_CONTROL | {"autocapitalize": "none", "spellcheck": "false"}),
    )
    title = forms.CharField(label=_("显示名"), max_length=100, widget=forms.TextInput(attrs=_CONTROL))
    organisation = forms.ChoiceField(label=_("所在单位"), widget=forms.Select(attrs=_SELECT))
    level = forms.ChoiceField(label=_("层级"), choices=Level.choices, widget=forms.Select(attrs=_SELECT))
    parent = forms.ChoiceField(
        label=_("上级前置机"), required=False, help_text=_("直接接入中心的不选。"), widget=forms.Select(attrs=_SELECT)
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["organisation"], [(each.code, each.name) for each in city.organisations(kinds=_KINDS)])
        nodes = Node.objects.values_list("name", "title")
        _offer(self.fields["parent"], [("", _("大数据中心")), *nodes])

    def plan(self) -> Plan:
        told = self.cleaned_data
        return Plan(told["name"], told["title"], told["organisation"], Level(told["level"]), told["parent"])


WAYS: Final = {
    name: WORDS.get(name, name) for name, kind in CONNECTORS.items() if not isinstance(kind, BringsOnlyChanges)
}
"""Ways of fetching that a node knows."""


def settings_form(way: str, told: Any = None) -> SourceForm:
    """Return what a way of fetching is told, as at the centre, but for its secrets: only the node has them."""
    whole = SOURCE_FORMS[way]
    left_out = dict.fromkeys(("title", *whole.secrets))
    at_node: type[SourceForm] = type(f"AtNode{whole.__name__}", (whole,), left_out)
    return at_node(told)


class FeedForm(forms.Form):
    resource = forms.ChoiceField(label=_("数据资源"), widget=forms.Select(attrs=_SELECT))
    connection = forms.CharField(
        label=_("连接名"),
        required=False,
        max_length=32,
        help_text=_("要登录的填写：前置机 connections.toml 里的名字。密码和密钥只放在那里，这里不填。"),
        widget=forms.TextInput(attrs=_CONTROL),
    )
    every_minutes = forms.IntegerField(
        label=_("间隔（分钟）"),
        min_value=1,
        max_value=7 * 24 * 60,
        initial=60,
        widget=forms.NumberInput(attrs=_CONTROL | {"inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, registers: Sequence[RegisterSchema], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["resource"], [(register.resource, register.title) for register in registers])


def _offer(field: forms.Field, choices: Sequence[tuple[Any, Any]]) -> None:
    if isinstance(field, forms.ChoiceField):
        field.choices = choices
