"""The request (art. 20), and the system that asks."""

import uuid
from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from haihe.data.catalogue.api import SharingForm
from haihe.data.sharing import wording
from haihe.data.sharing.models import Grant, Service, SharingRequest
from haihe.data.sharing.models.request import LONGEST_MONTHS, USUAL_RATE
from haihe.data.sharing.operations.requesting import MOST_PER_DAY, MOST_PER_SECOND, Application
from haihe.data.sharing.queries.access import forms_of
from haihe.data.sharing.workflow import ClockName

_CONTROL = {"class": "form-control"}
_START: Final = {"duration_months": 12, "quota_per_day": 1000, "rate_per_s": USUAL_RATE}


class RequestForm(forms.Form):
    """What art. 20 asks, for one service. Bound to its service, since the claims are the service's."""

    applicant = forms.ChoiceField(label=_("申请单位"), widget=forms.Select(attrs={"class": "form-select"}))
    claims = forms.MultipleChoiceField(
        label=_("核验内容（使用范围）"),
        help_text=_("只选办事需要的；能用“是”“否”回答的，就不要更多数据。"),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        error_messages={"required": _("请至少选择一项核验内容。")},
    )
    form = forms.ChoiceField(
        label=_("共享方式"),
        help_text=_("能实时核验或者查询的，用服务接口；批量交换和文件由提供部门在同意后提供。"),
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    legal_basis = forms.CharField(
        label=_("使用依据"),
        max_length=500,
        help_text=_("写明法律、法规、规章或职责规定的名称和条款，如《住房公积金管理条例》第二十四条。"),
        widget=forms.Textarea(attrs=_CONTROL | {"rows": 2}),
    )
    scenario = forms.CharField(
        label=_("使用场景"),
        max_length=2000,
        help_text=_("在办理什么事项的哪个环节使用，代替群众提交的什么材料。"),
        widget=forms.Textarea(attrs=_CONTROL | {"rows": 3}),
    )
    item = forms.CharField(
        label=_("所服务事项的代码"),
        max_length=64,
        help_text=_("如 housing-fund-relief-withdrawal。"),
        widget=forms.TextInput(attrs=_CONTROL | {"autocapitalize": "none", "spellcheck": "false"}),
    )
    purpose = forms.CharField(
        label=_("用途代码"),
        max_length=64,
        help_text=_("大写字母、数字和下划线；每次核验都要写明，与授权不符的一律拒绝。如 HOUSING_FUND_WITHDRAWAL。"),
        widget=forms.TextInput(attrs=_CONTROL | {"autocapitalize": "characters", "spellcheck": "false"}),
    )
    duration_months = forms.IntegerField(
        label=_("使用时限（月）"),
        min_value=1,
        max_value=LONGEST_MONTHS,
        help_text=_("到期自动停止；需要继续使用的，到期前可以申请续期。"),
        widget=forms.NumberInput(attrs=_CONTROL | {"inputmode": "numeric"}),
    )
    quota_per_day = forms.IntegerField(
        label=_("每日限额（次）"),
        min_value=1,
        max_value=MOST_PER_DAY,
        help_text=_("按办件量估计；超过后当天不再答复。"),
        widget=forms.NumberInput(attrs=_CONTROL | {"inputmode": "numeric"}),
    )
    rate_per_s = forms.IntegerField(
        label=_("每秒调用上限（次）"),
        required=False,
        min_value=1,
        max_value=MOST_PER_SECOND,
        help_text=_("避免压垮提供部门的系统；不填按常用的 %(n)s 次。") % {"n": USUAL_RATE},
        widget=forms.NumberInput(attrs=_CONTROL | {"inputmode": "numeric"}),
    )
    last_good_s = forms.TypedChoiceField(
        label=_("提供部门接口中断时"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("接口中断时可以用最近一次的有效答复，答复写明其年龄；办事不容许旧数据的，不要选。"),
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, service: Service, applicants: list[str], **kwargs: Any) -> None:
        kwargs["initial"] = (
            _START
            | {"token": uuid.uuid4(), "claims": [service.default_claim] if service.default_claim else []}
            | kwargs.get("initial", {})
        )
        super().__init__(*args, **kwargs)
        self.service = service
        _choose(self, "applicant", [(code, wording.organisation_name(code)) for code in applicants])
        _choose(self, "claims", [(name, wording.scope_title(service, name)) for name in service.scope])
        self._offer_forms(forms_of(service))
        if service.gives_fields:
            self._speak_of_fields()
        if service.last_good_s:
            _choose(self, "last_good_s", wording.last_good_choices(service.last_good_s))
        else:
            del self.fields["last_good_s"]
        tell_errors(self)

    def application(self) -> Application:
        """Return what was filled in; for a form that is valid."""
        told = self.cleaned_data | {"rate_per_s": self.cleaned_data.get("rate_per_s") or USUAL_RATE}
        scope = {"claims": (), "fields": ()} | {
            "fields" if self.service.gives_fields else "claims": tuple(told["claims"])
        }
        last_good_s = {"last_good_s": told.get("last_good_s") or 0}
        return Application(**told | scope | last_good_s | {"service": self.service.slug})

    def _offer_forms(self, offered: list[str]) -> None:
        """Ask only where there is a choice."""
        if len(offered) > 1:
            _choose(self, "form", [(form, SharingForm(form).label) for form in offered])
        else:
            del self.fields["form"]

    def _speak_of_fields(self) -> None:
        scope = self.fields["claims"]
        scope.label, scope.help_text = _("查询字段（使用范围）"), _("只选办事必不可少的字段；能核验的，就不要查询。")
        scope.error_messages["required"] = _("请至少选择一个查询字段。")


class ClientForm(forms.Form):
    """A system to register."""

    organisation = forms.ChoiceField(label=_("单位"), widget=forms.Select(attrs={"class": "form-select"}))
    title = forms.CharField(label=_("系统名称"), max_length=100, widget=forms.TextInput(attrs=_CONTROL))
    client_id = forms.CharField(
        label=_("应用编号"),
        max_length=48,
        help_text=_("小写字母开头，含字母、数字和短横线，3 至 48 位；登记后不能更改。"),
        widget=forms.TextInput(attrs=_CONTROL | {"autocapitalize": "none", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, organisations: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "organisation", [(code, wording.organisation_name(code)) for code in organisations])
        tell_errors(self)


class ClockForm(forms.Form):
    """A promise to be faster than the law, for the whole city or one's department."""

    owner = forms.ChoiceField(label=_("适用范围"), required=False, widget=forms.Select(attrs={"class": "form-select"}))
    clock = forms.ChoiceField(
        label=_("期限"), choices=ClockName.choices, widget=forms.Select(attrs={"class": "form-select"})
    )
    resource = forms.CharField(
        label=_("资源代码"),
        required=False,
        max_length=32,
        help_text=_("只对一项资源适用时填写，如 120012/000001；不填则适用于全部资源。"),
        widget=forms.TextInput(attrs=_CONTROL | {"autocapitalize": "none", "spellcheck": "false"}),
    )
    working_days = forms.IntegerField(
        label=_("工作日"),
        required=False,
        min_value=1,
        help_text=_("可以比条例规定的快，不能更慢；不填表示取消这一承诺。"),
        widget=forms.NumberInput(attrs=_CONTROL | {"inputmode": "numeric"}),
    )
    reason = forms.CharField(label=_("理由"), max_length=500, widget=forms.Textarea(attrs=_CONTROL | {"rows": 2}))

    def __init__(self, *args: Any, owners: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "owner", [(code, wording.organisation_name(code) if code else _("全市")) for code in owners])
        if not any(owners):
            # A promise for the whole city is for all resources.
            del self.fields["resource"]
        tell_errors(self)


class RenewForm(forms.Form):
    """How long and how often a renewed grant is to go on; everything else stays as it was."""

    duration_months = forms.IntegerField(
        label=_("使用时限（月）"),
        min_value=1,
        max_value=LONGEST_MONTHS,
        widget=forms.NumberInput(attrs=_CONTROL | {"inputmode": "numeric"}),
    )
    quota_per_day = forms.IntegerField(
        label=_("每日限额（次）"),
        min_value=1,
        max_value=MOST_PER_DAY,
        widget=forms.NumberInput(attrs=_CONTROL | {"inputmode": "numeric"}),
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    @staticmethod
    def initial_of(row: Grant) -> dict[str, object]:
        return {
            "duration_months": row.request.duration_months,
            "quota_per_day": row.quota_per_day,
            "token": uuid.uuid4(),
        }


class MoveForm(forms.Form):
    """What comes with any move: words, a day for a suspension, how and when data was disposed of, lines seen."""

    words = forms.CharField(required=False)
    put_right_by = forms.DateField(required=False)
    method = forms.CharField(required=False)
    outcome = forms.CharField(required=False)
    document = forms.CharField(required=False)
    disposed_on = forms.DateField(required=False)
    seen = forms.IntegerField(required=False, min_value=0)


def initial_of(row: SharingRequest) -> dict[str, object]:
    """Return what a returned request said, to be put right."""
    names = (
        "applicant",
        "form",
        "legal_basis",
        "scenario",
        "item",
        "purpose",
        "duration_months",
        "quota_per_day",
        "last_good_s",
        "rate_per_s",
    )
    return {"claims": row.scope} | {name: getattr(row, name) for name in names}


def tell_errors(form: forms.Form) -> None:
    """Tie help and errors to their inputs for those who hear the page."""
    for name, field in form.fields.items():
        told = [f"id_{name}_helptext"] if field.help_text else []
        if form.is_bound and form.errors.get(name):
            told.append(f"id_{name}_error")
            field.widget.attrs["aria-invalid"] = "true"
        if told:
            field.widget.attrs["aria-describedby"] = " ".join(told)


def _choose(form: forms.Form, name: str, choices: Sequence[tuple[str, str | Promise]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
    field.choices = list(choices)
