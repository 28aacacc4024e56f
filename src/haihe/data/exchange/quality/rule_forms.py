"""Forms of one part of the rules each."""

from typing import Any, Final, Protocol

from django import forms
from django.utils.translation import gettext_lazy as _

from haihe.data.exchange.patterns import LONGEST, fault_of
from haihe.data.exchange.quality import wording
from haihe.data.exchange.quality.mending import Part, Policy
from haihe.data.exchange.quality.ruleset import Check, CheckKind, DriftKind, RuleSet, Severity
from haihe.data.exchange.rules import (
    PATTERNED,
    Column,
    CrossRule,
    Kind,
    Operator,
    Personal,
    RegisterSchema,
    RowSeverity,
)
from haihe.kernel.text import tidy

_TEXT: Final = {"class": "form-control"}
_SELECT: Final = {"class": "form-select"}
_BOX: Final = {"class": "form-check-input"}
_MOST_OPTIONS = 2000


class PartForm(Protocol):
    """What the view needs of a form."""

    def is_valid(self) -> bool: ...
    def add_error(self, field: str | None, error: Any) -> None: ...
    def part(self) -> Part: ...


def _choices(words: dict[str, wording.Text]) -> list[tuple[str, Any]]:
    return [(str(value), label) for value, label in words.items()]


def _listed(text: str) -> tuple[str, ...]:
    cells = text.replace(",", "、").replace("，", "、").replace("\n", "、").split("、")
    return tuple(dict.fromkeys(cell for each in cells if (cell := tidy(each))))


class ColumnForm(forms.Form):
    title = forms.CharField(label=_("列名"), max_length=64, widget=forms.TextInput(attrs=_TEXT))
    aliases = forms.CharField(
        label=_("也可写作"),
        required=False,
        max_length=1000,
        widget=forms.TextInput(attrs=_TEXT),
        help_text=_("文件中这一列的其他写法，用“、”分开。"),
    )
    kind = forms.ChoiceField(label=_("类型"), choices=_choices(wording.KINDS), widget=forms.Select(attrs=_SELECT))
    required = forms.BooleanField(label=_("必填"), required=False, widget=forms.CheckboxInput(attrs=_BOX))
    personal = forms.ChoiceField(
        label=_("个人信息"), choices=_choices(wording.PERSONAL), widget=forms.Select(attrs=_SELECT)
    )
    indexed = forms.BooleanField(label=_("可供核验和查询"), required=False, widget=forms.CheckboxInput(attrs=_BOX))
    options = forms.CharField(
        label=_("允许的取值"),
        required=False,
        max_length=20000,
        widget=forms.Textarea(attrs=_TEXT | {"rows": 3}),
        help_text=_("类型为代码时填写，用“、”分开。"),
    )
    low = forms.FloatField(label=_("最小值"), required=False, widget=forms.NumberInput(attrs=_TEXT | {"step": "any"}))
    high = forms.FloatField(label=_("最大值"), required=False, widget=forms.NumberInput(attrs=_TEXT | {"step": "any"}))
    max_length = forms.IntegerField(
        label=_("最大长度"), min_value=1, max_value=4000, widget=forms.NumberInput(attrs=_TEXT)
    )
    pattern = forms.CharField(
        label=_("格式表达式"),
        required=False,
        max_length=LONGEST,
        widget=forms.TextInput(attrs=_TEXT | {"spellcheck": "false"}),
        help_text=_("正则表达式（RE2），整格须符合，例如 津低保[0-9]{4,8}；只用于文字和代码。"),
    )
    severity = forms.ChoiceField(
        label=_("取值、范围、格式不符时"),
        choices=_choices(wording.ROW_SEVERITIES),
        widget=forms.Select(attrs=_SELECT),
        help_text=_("读不出来的单元格和空着的必填项总是退回。"),
    )

    def __init__(self, data: Any = None, *, column: Column, ruleset: RuleSet) -> None:
        told: dict[str, Any] = {name: getattr(column, name) for name in self.base_fields}
        told |= {"aliases": "、".join(column.aliases), "options": "、".join(column.options)}
        super().__init__(data, initial=told)
        self._field = column.field

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        options = _listed(told.get("options", ""))
        if told.get("kind") == Kind.CODE and not 0 < len(options) <= _MOST_OPTIONS:
            self.add_error("options", _("类型为代码时，请写明允许的取值。"))
        self._check_pattern(told.get("pattern", ""), told.get("kind", ""))
        return told

    def _check_pattern(self, pattern: str, kind: str) -> None:
        if not pattern:
            return
        if (fault := fault_of(pattern)) is not None:
            self.add_error("pattern", str(wording.PATTERN_FAULTS[fault]))
        elif kind not in PATTERNED:
            self.add_error("pattern", _("格式表达式只用于文字和代码；数字和日期请用范围。"))

    def part(self) -> Column:
        told = self.cleaned_data
        kind = Kind(told["kind"])
        return Column(
            field=self._field,
            title=tidy(told["title"]),
            aliases=_listed(told["aliases"]),
            kind=kind,
            required=told["required"],
            personal=Personal(told["personal"]),
            indexed=told["indexed"] and told["personal"] == Personal.NONE,
            options=_listed(told["options"]) if kind is Kind.CODE else (),
            low=told["low"],
            high=told["high"],
            max_length=told["max_length"],
            pattern=told["pattern"],
            severity=RowSeverity(told["severity"]),
        )


class CrossRuleForm(forms.Form):
    code = forms.RegexField(
        r"^[A-Z][A-Z0-9_]{1,63}$",
        label=_("代码"),
        widget=forms.TextInput(attrs=_TEXT | {"spellcheck": "false"}),
        help_text=_("大写字母开头，含大写字母、数字和下划线，如 PERIOD_REVERSED。"),
    )
    left = forms.ChoiceField(label=_("左边的列"), widget=forms.Select(attrs=_SELECT))
    operator = forms.ChoiceField(
        label=_("关系"), choices=_choices(wording.OPERATORS), widget=forms.Select(attrs=_SELECT)
    )
    right = forms.ChoiceField(label=_("右边的列"), widget=forms.Select(attrs=_SELECT))
    sentence = forms.CharField(label=_("不符时的说明"), max_length=200, widget=forms.TextInput(attrs=_TEXT))
    severity = forms.ChoiceField(
        label=_("不符时"), choices=_choices(wording.ROW_SEVERITIES), widget=forms.Select(attrs=_SELECT)
    )

    def __init__(self, data: Any = None, *, rule: CrossRule | None, ruleset: RuleSet) -> None:
        told = {name: getattr(rule, name) for name in self.base_fields} if rule else {}
        super().__init__(data, initial=told)
        numbers = (Kind.INTEGER, Kind.DECIMAL)
        columns = [(c.field, c.title) for c in ruleset.schema.columns if c.kind not in numbers]
        for name in ("left", "right"):
            _offer(self, name, columns)

    def part(self) -> CrossRule:
        told = self.cleaned_data
        return CrossRule(
            code=told["code"],
            left=told["left"],
            operator=Operator(told["operator"]),
            right=told["right"],
            sentence=tidy(told["sentence"]),
            severity=RowSeverity(told["severity"]),
        )


class CheckForm(forms.Form):
    code = forms.RegexField(
        r"^[A-Z][A-Z0-9_]{1,63}$",
        label=_("代码"),
        widget=forms.TextInput(attrs=_TEXT | {"spellcheck": "false"}),
        help_text=_("大写字母开头，含大写字母、数字和下划线，如 PERIOD_REVERSED。"),
    )
    kind = forms.ChoiceField(label=_("检查什么"), choices=_choices(wording.CHECKS), widget=forms.Select(attrs=_SELECT))
    fields_looked_at = forms.MultipleChoiceField(
        label=_("涉及的列"),
        required=False,
        widget=forms.SelectMultiple(attrs=_SELECT | {"size": 8}),
        help_text=_("不重复可选多列；两列的关系选两列；按周期更新和行数不选。"),
    )
    severity = forms.ChoiceField(
        label=_("严重程度"), choices=_choices(wording.SEVERITIES), widget=forms.Select(attrs=_SELECT)
    )
    limit = forms.FloatField(
        label=_("界限"),
        min_value=0,
        max_value=10000,
        widget=forms.NumberInput(attrs=_TEXT | {"step": "any"}),
        help_text=_("允许多少行不符（%）；与上一份比较的是允许变化多少；按周期更新的是天数，0 表示按目录的更新周期。"),
    )
    pattern = forms.CharField(
        label=_("格式表达式"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs=_TEXT | {"spellcheck": "false"}),
        help_text=_("正则表达式，整格须符合。"),
    )
    low = forms.FloatField(label=_("最小值"), required=False, widget=forms.NumberInput(attrs=_TEXT | {"step": "any"}))
    high = forms.FloatField(label=_("最大值"), required=False, widget=forms.NumberInput(attrs=_TEXT | {"step": "any"}))
    operator = forms.ChoiceField(
        label=_("关系"), choices=_choices(wording.OPERATORS), widget=forms.Select(attrs=_SELECT)
    )
    target = forms.ChoiceField(label=_("引用的资源"), required=False, widget=forms.Select(attrs=_SELECT))
    target_field = forms.CharField(
        label=_("引用的列"), required=False, max_length=64, widget=forms.TextInput(attrs=_TEXT)
    )

    def __init__(
        self, data: Any = None, *, check: Check | None, ruleset: RuleSet, targets: list[RegisterSchema], **kwargs: Any
    ) -> None:
        told = {name: getattr(check, name) for name in self.base_fields if hasattr(check, name)} if check else {}
        told |= {"fields_looked_at": list(check.fields)} if check else {"limit": 0}
        super().__init__(data, initial=told)
        _offer(self, "fields_looked_at", [(column.field, column.title) for column in ruleset.schema.columns])
        _offer(self, "target", [("", "—"), *((each.resource, each.title) for each in targets)])

    def part(self) -> Check:
        told = self.cleaned_data
        return Check(
            code=told["code"],
            kind=CheckKind(told["kind"]),
            severity=Severity(told["severity"]),
            fields=tuple(told["fields_looked_at"]),
            limit=told["limit"],
            pattern=told["pattern"],
            low=told["low"],
            high=told["high"],
            operator=Operator(told["operator"]),
            target=told["target"],
            target_field=told["target_field"],
        )


class PolicyForm(forms.Form):
    max_reject_percent = forms.FloatField(
        label=_("退回行的上限（%）"),
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(attrs=_TEXT | {"step": "any"}),
        help_text=_("超过上限的整份文件不采用，上一份数据继续服务。"),
    )
    held = forms.MultipleChoiceField(
        label=_("须暂停的结构变化"),
        required=False,
        choices=_choices(wording.DRIFTS),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("出现这些变化时，在读入之前暂停，等专员决定；其余的只记录。"),
    )
    key = forms.MultipleChoiceField(
        label=_("主键"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("能区分每一行的必填列；有主键才能报送增量，主键相同而内容不同的行全部退回。"),
    )

    def __init__(self, data: Any = None, *, ruleset: RuleSet) -> None:
        schema = ruleset.schema
        told = {"max_reject_percent": schema.max_reject_percent, "held": list(ruleset.held), "key": list(schema.key)}
        super().__init__(data, initial=told)
        if schema.subject is not None:
            # One row a person: there is nothing to choose.
            del self.fields["key"]
        else:
            usable = [column for column in schema.columns if column.may_be_key]
            _offer(self, "key", [(column.field, column.title) for column in usable])

    def policy(self) -> Policy:
        held = tuple(DriftKind(each) for each in self.cleaned_data["held"])
        return Policy(self.cleaned_data["max_reject_percent"], held, tuple(self.cleaned_data.get("key", ())))


def _offer(form: forms.Form, name: str, choices: list[tuple[str, Any]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
    field.choices = choices
