"""The form of an entry, in the groups of 编制指南."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from haihe.data.catalogue.classification import tree
from haihe.data.catalogue.models import (
    AssessmentKind,
    Conclusion,
    Format,
    Grade,
    OpeningType,
    SharingForm,
    SharingType,
    UpdateCycle,
)
from haihe.data.catalogue.wording import organisation_name

_CONTROL: Final = {"class": "form-control"}
_CODE: Final = _CONTROL | {"autocapitalize": "none", "spellcheck": "false"}
_NONE: Final = [("", "—")]
_PARTS: Final = ("assessor", "assessed_on", "conclusion", "measures")
DEPARTMENT: Final = tree.DEPARTMENT
"""Chosen for "at our own department" in the classification: the code itself depends on the owner."""


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "form-select"})


def _words(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs=_CONTROL | {"rows": rows})


class EntryForm(forms.Form):
    """What an entry says, without its items and samples. Bound to the departments that may be its owner."""

    owner = forms.ChoiceField(label=_("提供部门"), widget=_select())
    title = forms.CharField(
        label=_("资源名称"),
        max_length=100,
        widget=forms.TextInput(attrs=_CONTROL),
        help_text=_("如：社会救助对象信息。"),
    )
    abstract = forms.CharField(
        label=_("摘要"), max_length=2000, widget=_words(3), help_text=_("有哪些数据，从哪里来，用来做什么。")
    )
    classification = forms.ChoiceField(label=_("分类"), widget=_select())
    keywords = forms.CharField(
        label=_("关键词"),
        required=False,
        max_length=250,
        widget=forms.TextInput(attrs=_CONTROL),
        help_text=_("用顿号分开，最多 10 个。"),
    )
    grade = forms.ChoiceField(label=_("数据分级"), choices=Grade.choices, widget=_select())
    format = forms.ChoiceField(label=_("格式"), choices=Format.choices, widget=_select())
    update_cycle = forms.ChoiceField(label=_("更新周期"), choices=UpdateCycle.choices, widget=_select())
    provider_code = forms.CharField(
        label=_("统一社会信用代码"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs=_CODE),
        help_text=_("提供部门的 18 位代码，可不填。"),
    )
    source_department = forms.ChoiceField(
        label=_("数源部门"),
        required=False,
        widget=_select(),
        help_text=_("几个部门都采集的，写明由谁采集（第19条）；不选就是提供部门。"),
    )
    related = forms.CharField(
        label=_("关联资源代码"),
        required=False,
        max_length=800,
        widget=forms.TextInput(attrs=_CODE),
        help_text=_("如 120012/000001，几个用顿号分开。"),
    )
    sharing_type = forms.ChoiceField(label=_("共享类型"), choices=SharingType.choices, widget=_select())
    sharing_forms = forms.MultipleChoiceField(
        label=_("共享方式"),
        required=False,
        choices=SharingForm.choices,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        help_text=_("不予共享的不选。"),
    )
    sharing_scope = forms.CharField(
        label=_("共享范围"),
        required=False,
        max_length=500,
        widget=_words(2),
        help_text=_("有条件共享的必填（第15条）。"),
    )
    sharing_purpose = forms.CharField(
        label=_("使用用途"),
        required=False,
        max_length=500,
        widget=_words(2),
        help_text=_("有条件共享的必填（第15条）。"),
    )
    refusal_reason = forms.CharField(
        label=_("不予共享的理由"),
        required=False,
        max_length=500,
        widget=_words(2),
        help_text=_("不予共享的必填（第15条）。"),
    )
    refusal_basis = forms.CharField(
        label=_("不予共享的依据"),
        required=False,
        max_length=500,
        widget=_words(2),
        help_text=_("不予共享的必填：法律、行政法规或者国务院决定的名称和条款（第15条）。"),
    )
    opening_type = forms.ChoiceField(label=_("是否开放"), choices=OpeningType.choices, widget=_select())
    opening_condition = forms.CharField(
        label=_("开放条件"), required=False, max_length=500, widget=_words(2), help_text=_("有条件开放的必填。")
    )

    def __init__(
        self, *args: Any, owners: Sequence[str], departments: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for kind in AssessmentKind:
            self.fields |= _assessment_fields(kind)
        _choose(self, "owner", [(code, organisation_name(code)) for code in owners])
        _choose(self, "classification", _places())
        _choose(self, "source_department", [("", _("提供部门自己")), *departments])
        _tell_errors(self)

    def clean(self) -> dict[str, Any]:
        """An assessment is whole or not there."""
        for kind in AssessmentKind:
            prefix = kind.value.lower()
            told = {part: self.cleaned_data.get(f"{prefix}_{part}") for part in _PARTS}
            for part in ("assessor", "assessed_on", "conclusion"):
                name = f"{prefix}_{part}"
                if any(told.values()) and not told[part] and name not in self.errors:
                    self.add_error(name, _("请填写完整，或者全部留空。"))
        return self.cleaned_data

    @property
    def groups(self) -> list[tuple[Promise, list[BoundField]]]:
        """The fields under their headings, in the order of the page."""
        return [(heading, [self[name] for name in names]) for heading, names in _GROUPS]


def _assessment_fields(kind: AssessmentKind) -> dict[str, forms.Field]:
    prefix = kind.value.lower()
    return {
        f"{prefix}_assessor": forms.CharField(
            label=_("评估人"), required=False, max_length=64, widget=forms.TextInput(attrs=_CONTROL)
        ),
        f"{prefix}_assessed_on": forms.DateField(
            label=_("评估日期"),
            required=False,
            widget=forms.DateInput(attrs=_CONTROL | {"type": "date"}, format="%Y-%m-%d"),
        ),
        f"{prefix}_conclusion": forms.ChoiceField(
            label=_("结论"), required=False, choices=[*_NONE, *Conclusion.choices], widget=_select()
        ),
        f"{prefix}_measures": forms.CharField(label=_("采取的措施"), required=False, max_length=500, widget=_words(2)),
    }


def _of_assessment(kind: AssessmentKind) -> tuple[str, ...]:
    return tuple(f"{kind.value.lower()}_{part}" for part in _PARTS)


_GROUPS: Final = (
    (_("基本情况"), ("owner", "title", "abstract", "keywords", "format", "update_cycle", "grade")),
    (_("分类和来源"), ("classification", "source_department", "related", "provider_code")),
    (
        _("共享属性"),
        ("sharing_type", "sharing_forms", "sharing_scope", "sharing_purpose", "refusal_reason", "refusal_basis"),
    ),
    (_("开放属性"), ("opening_type", "opening_condition")),
    (_("保密审查（第13条，提交前填写）"), _of_assessment(AssessmentKind.SECRECY)),
    (_("个人信息保护影响评估（第13条，提交前填写）"), _of_assessment(AssessmentKind.PERSONAL_INFORMATION)),
)


def _places() -> list[tuple[str, str | Promise]]:
    """Return the classification as choices, children indented below their parents."""
    indent = {tree.KIND_DIGITS: "", tree.LEAST_DIGITS: "　"}
    below = [
        (node.full_code, f"{indent.get(len(node.code), '　　')}{node.local_title} {node.code}")
        for node in tree.choices()
    ]
    return [("", _("请选择")), *below, (DEPARTMENT, tree.nodes()[DEPARTMENT].local_title)]


def _choose(form: forms.Form, name: str, choices: Sequence[tuple[str, str | Promise]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
    field.choices = list(choices)


def _tell_errors(form: forms.Form) -> None:
    """Tie help and errors to their inputs for those who hear the page."""
    for name, field in form.fields.items():
        told = [f"id_{name}_helptext"] if field.help_text else []
        if form.is_bound and form.errors.get(name):
            told.append(f"id_{name}_error")
            field.widget.attrs["aria-invalid"] = "true"
        if told:
            field.widget.attrs["aria-describedby"] = " ".join(told)
