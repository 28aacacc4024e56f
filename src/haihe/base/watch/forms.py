"""Other limits for a rule."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from haihe.base.watch.rules import RULES

_CONTROL = {"class": "form-control"}
_NUMBER = _CONTROL | {"inputmode": "decimal", "step": "any"}


class LimitsForm(forms.Form):
    """One rule's limits; what they may be is `operations.set_limits`' to say."""

    rule = forms.ChoiceField(label=_("告警规则"), widget=forms.Select(attrs={"class": "form-select"}))
    opens = forms.FloatField(label=_("告警值"), widget=forms.NumberInput(attrs=_NUMBER))
    closes = forms.FloatField(
        label=_("恢复值"), help_text=_("低于它才算恢复，不能高于告警值。"), widget=forms.NumberInput(attrs=_NUMBER)
    )
    minutes = forms.IntegerField(
        label=_("持续分钟数"),
        min_value=1,
        max_value=60,
        widget=forms.NumberInput(attrs=_CONTROL | {"inputmode": "numeric"}),
    )
    enabled = forms.BooleanField(
        label=_("启用"), required=False, initial=True, widget=forms.CheckboxInput(attrs={"class": "form-check-input"})
    )
    reason = forms.CharField(label=_("理由"), max_length=500, widget=forms.TextInput(attrs=_CONTROL))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["rule"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(rule.name, rule.label) for rule in RULES.values()]
