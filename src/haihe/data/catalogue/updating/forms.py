"""Why a published entry is updated, and since when."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from haihe.data.catalogue.models import ChangeCause

_CONTROL: Final = {"class": "form-control"}


class OpeningForm(forms.Form):
    """What begins an update; the first two causes start the clock of art. 17."""

    cause = forms.ChoiceField(
        label=_("更新原因"),
        choices=ChangeCause.choices,
        widget=forms.Select(attrs={"class": "form-select"}),
        help_text=_("规定修改或者职能变化的，自变化之日起 10 个工作日内完成更新（第17条）。"),
    )
    changed_on = forms.DateField(
        label=_("变化日期"),
        widget=forms.DateInput(attrs=_CONTROL | {"type": "date"}, format="%Y-%m-%d"),
        help_text=_("新规定施行、职能调整的日期；其他更新填今天。"),
    )
    basis = forms.CharField(
        label=_("依据和说明"),
        max_length=500,
        widget=forms.Textarea(attrs=_CONTROL | {"rows": 3}),
        help_text=_("写明规定的名称和条款，或者职能怎样变化；发布后所有人可见。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs["aria-describedby"] = f"id_{name}_helptext"
