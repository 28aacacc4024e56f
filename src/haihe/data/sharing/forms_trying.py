"""What a steward fills in to try a call: the same inputs for each kind of service, and those that only it has."""

from collections.abc import Sequence
from datetime import date
from secrets import token_hex
from typing import Any, Final
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from haihe.data.sharing import wording
from haihe.data.sharing.forms import tell_errors
from haihe.data.sharing.models import Grant, Service, ServiceKind
from haihe.data.sharing.operations.trying import CASE_FORM, MOST_AT_ONCE, Trial
from haihe.kernel.source_rules import Parameter, SourceRules, read_rules

TYPED = ""
_SELECT = {"class": "form-select"}
_CONTROL = {"class": "form-control"}
_CODE: Final = _CONTROL | {"autocomplete": "off", "spellcheck": "false"}
_PARAMETER: Final = "parameter_"


class TryForm(forms.Form):
    """One question under one of the grants; `persons` are (identity number, name) to choose from, in the demo."""

    grant = forms.TypedChoiceField(label=_("授权"), coerce=UUID, widget=forms.Select(attrs=_SELECT))
    claims = forms.MultipleChoiceField(
        label=_("核验内容"), required=False, widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"})
    )
    purpose = forms.ChoiceField(label=_("用途代码"), widget=forms.Select(attrs=_SELECT))
    person = forms.ChoiceField(label=_("被查询人"), required=False, widget=forms.Select(attrs=_SELECT))
    id_number = forms.CharField(
        label=_("身份证号码"), required=False, max_length=64, widget=forms.TextInput(attrs=_CODE)
    )
    name = forms.CharField(
        label=_("姓名（可不填）"),
        required=False,
        max_length=100,
        help_text=_("与名册登记的不一致时，只答“无法确认”。"),
        widget=forms.TextInput(attrs=_CONTROL | {"autocomplete": "off"}),
    )
    since = forms.RegexField(
        r"^[A-Za-z0-9_-]{1,600}$",
        label=_("游标"),
        required=False,
        strip=True,
        help_text=_("不填的，先取得当前的游标，不涉及任何人；填上次得到的，问此后这些人中谁变了。"),
        widget=forms.Textarea(attrs=_CODE | {"rows": 3}),
        error_messages={"invalid": _("游标应原样填写网关给出的一串字符。")},
    )
    many = forms.CharField(
        label=_("或者，一次核验几个人"),
        required=False,
        max_length=MOST_AT_ONCE * 80,
        help_text=_("一行一个身份证号码，不超过二十人；填了这里，上面的被查询人不算。每人计一次限额。"),
        widget=forms.Textarea(attrs=_CODE | {"rows": 4}),
    )
    case = forms.RegexField(
        CASE_FORM,
        label=_("办件编号"),
        help_text=_("以 TEST- 开头，本人和审计员由此看出这是试调用。"),
        widget=forms.TextInput(attrs=_CODE),
        error_messages={"invalid": _("办件编号以 TEST- 开头，后接字母、数字和短横线。")},
    )
    confirmed = forms.BooleanField(
        label=_("我确认：这是一次真实使用，计入限额、留下记录，本人可以看到"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )

    def __init__(
        self,
        data: QueryDict | None,
        *,
        service: Service,
        grants: Sequence[Grant],
        persons: Sequence[tuple[str, str]],
        today: date,
        initial: dict[str, Any] | None = None,
    ) -> None:
        usual = {
            "case": f"TEST-{today:%Y%m%d}-{token_hex(2)}",
            "claims": [service.default_claim] if service.default_claim else [],
            "person": persons[0][0] if persons else TYPED,
        }
        if service.kind == ServiceKind.SUBSCRIBE:
            usual["many"] = "\n".join(number for number, _name in persons)
        super().__init__(data, initial=usual | (initial or {}))
        self._service, self._persons = service, dict(persons)
        self._choose("grant", [(str(grant.pk), _grant_label(grant)) for grant in grants])
        scope = dict.fromkeys(name for grant in grants for name in grant.scope)
        self._choose("claims", [(name, wording.scope_title(service, name)) for name in scope])
        purposes = dict.fromkeys(purpose for grant in grants for purpose in grant.purposes)
        self._choose("purpose", [(purpose, purpose) for purpose in purposes])
        if service.gives_fields:
            self.fields["claims"].label = _("查询字段")
        self._offer_persons(persons)
        self._fit_to_kind(ServiceKind(service.kind))
        tell_errors(self)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        told["many"] = many = tuple(told.get("many", "").replace(",", " ").replace("，", " ").split())
        if "id_number" in self.fields and not many:
            self._clean_person(told)
        if self._service.kind == ServiceKind.SUBSCRIBE and told.get("since") and not many:
            self.add_error("many", gettext("请填写要问的人，一行一个身份证号码。"))
        if len(many) > MOST_AT_ONCE:
            self.add_error("many", gettext("试调用一次不超过 %(n)s 人。") % {"n": MOST_AT_ONCE})
        if not told.get("claims") and not self.errors.get("claims"):
            self.add_error("claims", gettext("请至少选择一项。"))
        if many and len(told.get("claims", ())) > 1 and not self._service.gives_fields:
            self.add_error("claims", gettext("一次核验几个人的，只能选一项。"))
        return told

    def trial(self) -> Trial:
        """Return what was filled in; for a form that is valid. Where there is nothing to confirm, it is the demo."""
        told = self.cleaned_data
        return Trial(
            grant=told["grant"],
            scope=tuple(told["claims"]),
            purpose=told["purpose"],
            case=told["case"],
            id_number=told.get("id_number", ""),
            name=told.get("name", ""),
            many=told["many"],
            since=told.get("since", ""),
            parameters={
                name.removeprefix(_PARAMETER): value.isoformat() if isinstance(value, date) else value
                for name, value in told.items()
                if name.startswith(_PARAMETER) and value not in (None, "")
            },
            confirmed=told.get("confirmed", True),
        )

    def asked_again(self, cursor: str) -> dict[str, Any]:
        """Return what the inputs hold for the next question of a subscription, from this cursor on."""
        told = {name: self.cleaned_data[name] for name in ("grant", "claims", "purpose", "case")}
        return told | {"since": cursor, "many": "\n".join(self.cleaned_data["many"])}

    def _clean_person(self, told: dict[str, Any]) -> None:
        chosen = told.get("person", TYPED)
        if chosen != TYPED:
            told |= {"id_number": chosen, "name": self._persons[chosen]}
        elif not told.get("id_number"):
            self.add_error("id_number", gettext("请选择被查询人，或者填写身份证号码。"))

    def _fit_to_kind(self, kind: ServiceKind) -> None:
        """Leave only the inputs that this kind of service takes."""
        others = {
            ServiceKind.VERIFY: ("since",),
            ServiceKind.QUERY: ("since", "many"),
            ServiceKind.PROXY: ("since", "many", "name"),
            ServiceKind.SUBSCRIBE: ("person", "id_number", "name"),
        }[kind]
        for name in others:
            self.fields.pop(name, None)
        if kind == ServiceKind.SUBSCRIBE:
            self.fields["many"].label = _("问哪些人")
            self.fields["many"].help_text = _("一行一个身份证号码，不超过二十人；取得游标时不发送。每人计一次限额。")
        if kind == ServiceKind.PROXY:
            self._fit_to_source(read_rules(self._service.source))

    def _fit_to_source(self, rules: SourceRules) -> None:
        if rules.subject is None:
            self.fields.pop("person", None)
            del self.fields["id_number"]
        for name, parameter in rules.parameters.items():
            self.fields[f"{_PARAMETER}{name}"] = _input_of(name, parameter)
        names = [name for name in self.fields if name.startswith(_PARAMETER)]
        self.order_fields(["grant", "claims", "purpose", "person", "id_number", *names])

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


def _input_of(name: str, parameter: Parameter) -> forms.Field:
    """Return the input for what the owner takes under this name."""
    required = parameter.required
    label = (gettext("参数 %(name)s") if required else gettext("参数 %(name)s（可不填）")) % {"name": name}
    if parameter.form == "integer":
        number = forms.NumberInput(attrs=_CONTROL | {"inputmode": "numeric"})
        return forms.IntegerField(
            label=label, required=required, min_value=parameter.least, max_value=parameter.most, widget=number
        )
    if parameter.form == "date":
        return forms.DateField(
            label=label, required=required, widget=forms.DateInput(attrs=_CONTROL | {"type": "date"}, format="%Y-%m-%d")
        )
    if parameter.form == "choice":
        choices = [("", "—"), *((each, each) for each in parameter.choices)]
        return forms.ChoiceField(label=label, required=required, choices=choices, widget=forms.Select(attrs=_SELECT))
    longest, form = (64, r"^[A-Za-z0-9_-]+$") if parameter.form == "code" else (100, r"^[^\x00-\x1f\x7f]+$")
    return forms.RegexField(
        form, label=label, required=required, max_length=longest, widget=forms.TextInput(attrs=_CODE)
    )
