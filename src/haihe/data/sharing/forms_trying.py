"""What a steward fills in to try a call."""

from collections.abc import Sequence
from datetime import date
from secrets import token_hex
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from haihe.data.sharing import wording
from haihe.data.sharing.forms import tell_errors
from haihe.data.sharing.models import Grant, Service
from haihe.data.sharing.operations.trying import CASE_FORM, Trial

TYPED = ""
_SELECT = {"class": "form-select"}
_CONTROL = {"class": "form-control"}


class TryForm(forms.Form):
    """One question under one of the grants; `persons` are (identity number, name) to choose from, in the demo."""

    grant = forms.TypedChoiceField(label=_("授权"), coerce=UUID, widget=forms.Select(attrs=_SELECT))
    claims = forms.MultipleChoiceField(
        label=_("核验内容"), required=False, widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"})
    )
    purpose = forms.ChoiceField(label=_("用途代码"), widget=forms.Select(attrs=_SELECT))
    person = forms.ChoiceField(label=_("被查询人"), required=False, widget=forms.Select(attrs=_SELECT))
    id_number = forms.CharField(
        label=_("身份证号码"),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs=_CONTROL | {"autocomplete": "off", "spellcheck": "false"}),
    )
    name = forms.CharField(
        label=_("姓名（可不填）"),
        required=False,
        max_length=100,
        help_text=_("与名册登记的不一致时，只答“无法确认”。"),
        widget=forms.TextInput(attrs=_CONTROL | {"autocomplete": "off"}),
    )
    case = forms.RegexField(
        CASE_FORM,
        label=_("办件编号"),
        help_text=_("以 TEST- 开头，本人和审计员由此看出这是试调用。"),
        widget=forms.TextInput(attrs=_CONTROL | {"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"invalid": _("办件编号以 TEST- 开头，后接字母、数字和短横线。")},
    )
    confirmed = forms.BooleanField(
        label=_("我确认：这是一次真实使用，计入限额、留下记录，本人可以看到"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )

    def __init__(
        self,
        *args: Any,
        service: Service,
        grants: Sequence[Grant],
        persons: Sequence[tuple[str, str]],
        today: date,
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = {
            "case": f"TEST-{today:%Y%m%d}-{token_hex(2)}",
            "claims": [service.default_claim] if service.default_claim else [],
            "person": persons[0][0] if persons else TYPED,
        }
        super().__init__(*args, **kwargs)
        self._persons = dict(persons)
        self._choose("grant", [(str(grant.pk), _grant_label(grant)) for grant in grants])
        scope = dict.fromkeys(name for grant in grants for name in grant.scope)
        self._choose("claims", [(name, wording.scope_title(service, name)) for name in scope])
        purposes = dict.fromkeys(purpose for grant in grants for purpose in grant.purposes)
        self._choose("purpose", [(purpose, purpose) for purpose in purposes])
        if service.is_query:
            self.fields["claims"].label = _("查询字段")
        self._offer_persons(persons)
        tell_errors(self)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        chosen = told.get("person", TYPED)
        if chosen != TYPED:
            told |= {"id_number": chosen, "name": self._persons[chosen]}
        elif not told.get("id_number"):
            self.add_error("id_number", gettext("请选择被查询人，或者填写身份证号码。"))
        if not told.get("claims") and not self.errors.get("claims"):
            self.add_error("claims", gettext("请至少选择一项。"))
        return told

    def trial(self) -> Trial:
        """Return what was filled in; for a form that is valid. Where there is nothing to confirm, it is the demo."""
        told = self.cleaned_data
        return Trial(
            grant=told["grant"],
            scope=tuple(told["claims"]),
            purpose=told["purpose"],
            case=told["case"],
            id_number=told["id_number"],
            name=told["name"],
            confirmed=told.get("confirmed", True),
        )

    def _offer_persons(self, persons: Sequence[tuple[str, str]]) -> None:
        if persons:
            # The demo's persons are made up, and there is nobody to whom a use would have to be justified.
            del self.fields["confirmed"]
            label = gettext("（自行填写）")
            labelled = [(number, f"{name} {number}") for number, name in persons]
            self._choose("person", [*labelled, (TYPED, label)])
        else:
            del self.fields["person"]

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = choices


def _grant_label(grant: Grant) -> str:
    return f"{grant.request.number} · {wording.organisation_name(grant.organisation)} · {grant.get_state_display()}"
