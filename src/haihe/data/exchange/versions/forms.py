"""The forms of the versions' pages."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from haihe.data.exchange.versions.keeping import Retention
from haihe.data.exchange.versions.models import LEAST_DAYS, MOST_DAYS


class AsOfForm(forms.Form):
    """A moment of the past."""

    moment = forms.DateTimeField(
        label=_("查看当时的数据"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "class": "form-control"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
    )


class RetentionForm(forms.Form):
    """How long snapshots are kept."""

    _number: ClassVar[dict[str, str]] = {"class": "form-control", "inputmode": "numeric"}
    keep_days = forms.IntegerField(
        label=_("全部保留的天数"), min_value=LEAST_DAYS, max_value=MOST_DAYS, widget=forms.NumberInput(attrs=_number)
    )
    keep_newest = forms.IntegerField(
        label=_("至少保留最近几份"), min_value=1, max_value=100, widget=forms.NumberInput(attrs=_number)
    )
    keep_months = forms.IntegerField(
        label=_("月末版本保留的月数"), min_value=0, max_value=120, widget=forms.NumberInput(attrs=_number)
    )

    def retention(self) -> Retention:
        return Retention(**self.cleaned_data)
