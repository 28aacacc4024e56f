"""What kinds, severities, dimensions and refusals are called, for people."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from haihe.data.exchange.patterns import PatternFault, PatternRefused
from haihe.data.exchange.quality.ruleset import Check, CheckKind, Dimension, DriftKind, RulesRefused, Severity
from haihe.data.exchange.quality.suggesting import Why
from haihe.data.exchange.rules import Kind, Operator, Personal, RegisterSchema, RowSeverity

type Text = str | Promise

KINDS: Final[dict[str, Text]] = {
    Kind.TEXT: _("文字"),
    Kind.CODE: _("代码"),
    Kind.ID_NUMBER: _("身份证号码"),
    Kind.CREDIT_CODE: _("统一社会信用代码"),
    Kind.DIVISION: _("区划代码"),
    Kind.INTEGER: _("整数"),
    Kind.DECIMAL: _("数字，最多两位小数"),
    Kind.DATE: _("日期"),
}
PERSONAL: Final[dict[str, Text]] = {
    Personal.NONE: _("不加密"),
    Personal.SUBJECT: _("主体：这一行是谁的（加密，可核验）"),
    Personal.IDENTITY: _("其他人的证件号码（加密）"),
    Personal.NAME: _("姓名（加密）"),
    Personal.SEALED: _("其他个人信息（加密，不可检索）"),
}
OPERATORS: Final[dict[str, Text]] = {
    Operator.LE: _("不晚于（≤）"),
    Operator.LT: _("早于（<）"),
    Operator.EQ: _("等于"),
    Operator.NE: _("不等于"),
}
SEVERITIES: Final[dict[str, Text]] = {
    Severity.WARN: _("提示"),
    Severity.HOLD: _("暂停，等专员决定"),
    Severity.REJECT: _("整份不采用"),
}
ROW_SEVERITIES: Final[dict[str, Text]] = {
    RowSeverity.REJECT: _("退回这一行"),
    RowSeverity.WARN: _("采用这一行，在报告中提示"),
}
PATTERN_FAULTS: Final[dict[PatternFault, Text]] = {
    PatternFault.EMPTY: _("请填写格式表达式。"),
    PatternFault.TOO_LONG: _("格式表达式过长，最多 200 个字符。"),
    PatternFault.BRACKETS: _("格式表达式的括号不成对；要匹配括号本身，请在前面加反斜线。"),
    PatternFault.REPETITION: _("格式表达式的重复次数写法不对：*、+、?、{n} 前面应有内容，且不能连写，次数最多 1000。"),
    PatternFault.UNSUPPORTED: _("格式表达式用了不支持的写法：前后查看（(?=…)、(?!…)）和反向引用（\\1）不能用。"),
    PatternFault.CHARACTERS: _("格式表达式中方括号里的范围不对，例如 [z-a]。"),
    PatternFault.TOO_LARGE: _("格式表达式展开后过大，请减少嵌套的重复。"),
    PatternFault.OTHER: _("格式表达式不对。"),
}
TONES: Final = {Severity.WARN: "info", Severity.HOLD: "warning", Severity.REJECT: "danger"}
CHECKS: Final[dict[str, Text]] = {
    CheckKind.UNIQUE: _("不重复"),
    CheckKind.REFERENCE: _("在另一资源中存在"),
    CheckKind.PATTERN: _("符合格式"),
    CheckKind.RANGE: _("在范围内"),
    CheckKind.FILLED: _("已填写"),
    CheckKind.ORDER: _("两列的关系"),
    CheckKind.FRESH: _("按承诺周期更新"),
    CheckKind.ROWS: _("行数与上一份相近"),
    CheckKind.EMPTY: _("空值比例与上一份相近"),
    CheckKind.SHARES: _("各代码占比与上一份相近"),
    CheckKind.MEAN: _("平均值与上一份相近"),
    CheckKind.SPREAD: _("数值分布与上一份相近（PSI）"),
}
LIMITS: Final[dict[str, Text]] = {
    CheckKind.FRESH: _("天（0：按目录的更新周期）"),
    CheckKind.ROWS: _("%（行数增减）"),
    CheckKind.EMPTY: _("个百分点"),
    CheckKind.SHARES: _("个百分点（变化最大的代码）"),
    CheckKind.MEAN: _("%（平均值增减）"),
    CheckKind.SPREAD: _("（PSI × 100；10 以下几乎没变，25 以上明显不同）"),
}
ROWS_LIMIT: Final[Text] = _("% 的行")
DIMENSIONS: Final[dict[str, Text]] = {
    Dimension.COMPLETENESS: _("完整性"),
    Dimension.CONFORMITY: _("规范性"),
    Dimension.ACCURACY: _("准确性"),
    Dimension.CONSISTENCY: _("一致性"),
    Dimension.UNIQUENESS: _("唯一性"),
    Dimension.TIMELINESS: _("时效性"),
}
DRIFTS: Final[dict[str, Text]] = {
    DriftKind.MISSING: _("缺少约定的列"),
    DriftKind.NEW: _("多出没有约定的列"),
    DriftKind.RENAMED: _("列名变了"),
    DriftKind.CONTENT: _("内容不再是约定的类型"),
    DriftKind.REORDERED: _("列的顺序变了"),
}
_REFUSED: Final[dict[str, Text]] = {
    "CHECKS_REPEATED": _("检查的代码重复，或检查过多。"),
    "CHECK_FIELDS": _("代码应为大写字母开头，含大写字母、数字和下划线；涉及的列应存在，个数应符合这种检查。"),
    "CHECK_KIND": _("这种检查不适用于这种类型的列。"),
    "CHECK_LIMIT": _("界限不能为负。"),
    "CHECK_PATTERN": _("格式表达式不对。"),
    "CHECK_TARGET": _("请写明引用哪项资源的哪一列。"),
    "CHECK_SEALED": _("这一列加密保存，无法整体检查；逐行规则仍会检查它。"),
}
_CONTRADICTION: Final[Text] = _(
    "规则自相矛盾：列名和别名不能重复；主体列只能有一个且必填；两列的关系只能比较文字和日期。"
)
ABOUT: Final[dict[str, Text]] = {
    "column": _("列"),
    "rule": _("逐行的两列关系"),
    "check": _("整体检查"),
    "policy": _("采用的条件"),
}
ATTRIBUTES: Final[dict[str, Text]] = {
    "title": _("名称"),
    "kind": _("类型"),
    "aliases": _("也可写作"),
    "required": _("必填"),
    "personal": _("个人信息"),
    "indexed": _("可供核验和查询"),
    "options": _("允许的取值"),
    "low": _("最小值"),
    "high": _("最大值"),
    "max_length": _("最大长度"),
    "severity": _("不符时"),
    "fields": _("涉及的列"),
    "limit": _("界限"),
    "pattern": _("格式表达式"),
    "operator": _("关系"),
    "target": _("引用的资源"),
    "target_field": _("引用的列"),
    "left": _("左边的列"),
    "right": _("右边的列"),
    "sentence": _("不符时的说明"),
    "max_reject_percent": _("退回行的上限（%）"),
    "held": _("须暂停的结构变化"),
}
TOTAL: Final[Text] = _("总分")
DECIDED: Final[dict[bool, Text]] = {True: _("决定采用"), False: _("决定不采用")}
WHY: Final[dict[str, Text]] = {
    Why.SAME_NAME: _("列名相同"),
    Why.ITEM_NAME: _("与信息项的英文名相同"),
    Why.SYNONYM: _("同义的列名"),
    Why.PINYIN: _("拼音相同"),
    Why.LIKE_NAME: _("列名相近"),
    Why.CONTENT: _("内容符合类型"),
    Why.NOT_CONTENT: _("内容不符合类型"),
}
LEAD_COLUMN: Final[Text] = _("写明这一列是什么、怎样算合格；不合格的行退回并写明理由。")
LEAD_RULE: Final[Text] = _("写明同一行的两列应是什么关系；不符的行退回。")
LEAD_CHECK: Final[Text] = _("写明整份数据应满足什么；不符时提示、暂停或整份不采用。")
_VALUES: Final = {**KINDS, **PERSONAL, **OPERATORS, **SEVERITIES, **CHECKS, **DRIFTS}


def refused(error: ValueError) -> Text:
    """Say why rules can't be as they were put."""
    if isinstance(error, PatternRefused):
        return PATTERN_FAULTS[error.fault]
    return _REFUSED.get(error.problem, _CONTRADICTION) if isinstance(error, RulesRefused) else _CONTRADICTION


def attribute(name: str) -> Text:
    return ATTRIBUTES.get(name, name)


def value(attribute_name: str, told: str, *, about: str = "") -> Text:
    """Say a stored value in words where it is a choice; `about` is the kind of part that has it."""
    if attribute_name == "severity" and about != "check":
        return ROW_SEVERITIES.get(told, told)
    if attribute_name in ("kind", "personal", "operator", "severity"):
        return _VALUES.get(told, told)
    return told


def limit_of(check: Check) -> str:
    """Say a check's limit with its unit."""
    return f"{check.limit:g} {LIMITS.get(check.kind, ROWS_LIMIT)}"


def fields_of(check: Check, schema: RegisterSchema) -> str:
    """Say the titles of a check's columns."""
    titles = {column.field: column.title for column in schema.columns}
    return "、".join(titles.get(field, field) for field in check.fields)
