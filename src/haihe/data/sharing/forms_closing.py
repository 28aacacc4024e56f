"""A dispute about sharing, and the stop of a service."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from haihe.data.sharing.forms import tell_errors
from haihe.data.sharing.models import DisputeAbout

_CONTROL = {"class": "form-control"}


class DisputeForm(forms.Form):
    """What is wrong, and what is asked for."""

    about = forms.ChoiceField(label=_("争议事项"), widget=forms.Select(attrs={"class": "form-select"}))
    statement = forms.CharField(
        label=_("事实和理由"),
        max_length=1000,
        help_text=_("发生了什么、有什么依据；不要写个人信息。"),
        widget=forms.Textarea(attrs=_CONTROL | {"rows": 4}),
    )
    wish = forms.CharField(
        label=_("请求"),
        max_length=1000,
        help_text=_("希望对方怎么做。"),
        widget=forms.Textarea(attrs=_CONTROL | {"rows": 2}),
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, subjects: list[DisputeAbout], **kwargs: Any) -> None:
        kwargs["initial"] = {"token": uuid.uuid4()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        field = self.fields["about"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [(about.value, about.label) for about in subjects]
        tell_errors(self)


class StopForm(forms.Form):
    """Why a service is to stop, and when."""

    words = forms.CharField(
        label=_("理由"),
        max_length=1000,
        help_text=_("没有正当理由不得停止（政务数据共享条例第27条）。"),
        widget=forms.Textarea(attrs=_CONTROL | {"rows": 2}),
    )
    planned_on = forms.DateField(
        label=_("计划停止的日期"), widget=forms.DateInput(attrs=_CONTROL | {"type": "date"}), required=False
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"token": uuid.uuid4()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        tell_errors(self)
