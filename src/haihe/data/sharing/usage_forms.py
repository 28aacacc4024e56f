"""The user department's note on a month of use; how long all such records are kept."""

from django import forms
from django.utils.translation import gettext_lazy as _

from haihe.data.sharing.models import Destruction
from haihe.data.sharing.models.usage import LONGEST_RETENTION_MONTHS, RETENTION_FLOOR_MONTHS

_CONTROL = {"class": "form-control"}


class UsageNoteForm(forms.Form):
    """What the ledger can't know."""

    process = forms.CharField(
        label=_("使用过程和结果"),
        max_length=1000,
        help_text=_("在哪些环节使用，得到的答复怎样用于办理。"),
        widget=forms.Textarea(attrs=_CONTROL | {"rows": 3}),
    )
    storage = forms.CharField(
        label=_("存储情况"),
        max_length=1000,
        help_text=_("答复存放在哪里，谁能看到，保存多久；没有存的写明没有。"),
        widget=forms.Textarea(attrs=_CONTROL | {"rows": 2}),
    )
    destruction = forms.ChoiceField(
        label=_("销毁情况"), choices=Destruction.choices, widget=forms.Select(attrs={"class": "form-select"})
    )
    destruction_note = forms.CharField(
        label=_("销毁的时间和方式"),
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs=_CONTROL),
    )


class RetentionForm(forms.Form):
    """How long records of use are kept, and why so long."""

    months = forms.IntegerField(
        label=_("保存期限（月）"),
        min_value=RETENTION_FLOOR_MONTHS,
        max_value=LONGEST_RETENTION_MONTHS,
        help_text=_("可以比条例规定的三年（36 个月）长，不能更短；对已有的记录同样适用。"),
        widget=forms.NumberInput(attrs=_CONTROL | {"inputmode": "numeric"}),
    )
    why = forms.CharField(
        label=_("保存这么久的理由"), max_length=500, widget=forms.Textarea(attrs=_CONTROL | {"rows": 2})
    )
