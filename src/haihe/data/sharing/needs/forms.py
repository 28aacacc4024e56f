"""An item's papers, pasted or typed; and a demand to the department that would know."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from haihe.data.sharing import wording
from haihe.data.sharing.forms import tell_errors

_CONTROL: Final = {"class": "form-control"}


class NeedsForm(forms.Form):
    """One paper a line."""

    organisation = forms.ChoiceField(label=_("办理单位"), widget=forms.Select(attrs={"class": "form-select"}))
    title = forms.CharField(label=_("事项名称"), max_length=100, widget=forms.TextInput(attrs=_CONTROL))
    code = forms.CharField(
        label=_("事项代码"),
        max_length=64,
        help_text=_("小写字母、数字和短横线，如 housing-fund-relief-withdrawal；授权按这个代码对应事项。"),
        widget=forms.TextInput(attrs=_CONTROL | {"autocapitalize": "none", "spellcheck": "false"}),
    )
    papers = forms.CharField(
        label=_("材料清单"),
        max_length=12_000,
        help_text=_(
            "每行一份，可以从办事指南粘贴；序号会去掉。竖线后面写要知道什么，如：低保证明 | 今天是否在保。"
            "只需出示的在名称后注明（出示）。"
        ),
        widget=forms.Textarea(attrs=_CONTROL | {"rows": 10}),
    )

    def __init__(self, *args: Any, organisations: list[str], is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [(code, wording.organisation_name(code)) for code in organisations]
        if not is_new:
            # The code is in the address, and grants hang on it.
            del self.fields["code"]
        tell_errors(self)
