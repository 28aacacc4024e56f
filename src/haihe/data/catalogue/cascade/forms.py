"""A node to register."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from haihe.city import api as city
from haihe.data.catalogue.cascade.models import Direction, Language
from haihe.data.catalogue.cascade.nodes import NewNode

_CONTROL: Final = {"class": "form-control"}
_SELECT: Final = {"class": "form-select"}
_PLAIN: Final = _CONTROL | {"autocapitalize": "none", "spellcheck": "false"}
_DISTRICT: Final = 3


class NodeForm(forms.Form):
    """What an operator tells of another installation."""

    name = forms.CharField(label=_("节点名称"), max_length=64, widget=forms.TextInput(attrs=_CONTROL))
    slug = forms.CharField(
        label=_("节点代号"),
        max_length=16,
        help_text=_("小写字母、数字和短横线，如 heping；收录的条目以它开头，登记后不能更改。"),
        widget=forms.TextInput(attrs=_PLAIN),
    )
    direction = forms.ChoiceField(label=_("方向"), choices=Direction.choices, widget=forms.Select(attrs=_SELECT))
    division = forms.ChoiceField(label=_("区划"), required=False, widget=forms.Select(attrs=_SELECT))
    code_prefix = forms.CharField(
        label=_("代码开头"),
        max_length=3,
        help_text=_("只收录以它开头的资源代码：市级 120，各区为 12 加区的字母，如 12A。"),
        widget=forms.TextInput(attrs=_PLAIN),
    )
    base_url = forms.CharField(
        label=_("地址"),
        max_length=200,
        required=False,
        help_text=_("对方首页的地址，如 https://data.heping.example；只由对方报送或者交文件的可不填。"),
        widget=forms.TextInput(attrs=_PLAIN),
    )
    language = forms.ChoiceField(label=_("格式"), choices=Language.choices, widget=forms.Select(attrs=_SELECT))
    token = forms.CharField(
        label=_("对方给的令牌"),
        max_length=200,
        required=False,
        help_text=_("向对方出示，加密保存，保存后不再显示。"),
        widget=forms.TextInput(attrs=_PLAIN | {"autocomplete": "off"}),
    )
    is_automatic = forms.BooleanField(
        label=_("每小时自动交换，检查合格的直接收录"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["division"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        districts = [(each.code, each.name) for each in city.divisions(level=_DISTRICT)]
        field.choices = [("", "—"), *districts]

    def node(self) -> NewNode:
        """Return what was told; for a form that is valid."""
        told = dict(self.cleaned_data)
        # A form has a `prefix` of its own.
        return NewNode(prefix=told.pop("code_prefix"), **told)

    def field_of(self, name: str) -> str | None:
        """Return the field that an operation means; None where the whole form is meant."""
        name = "code_prefix" if name == "prefix" else name
        return name if name in self.fields else None
