"""What a model says, in plain sentences for people who review it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from haihe.data.matching.definition import Absent, Compared, Condition, Definition, Input, Operator
from haihe.data.matching.plan import TODAY

OPERATORS: Final[dict[Operator, str | Promise]] = {
    Operator.EQ: gettext_lazy("等于"),
    Operator.NE: gettext_lazy("不等于"),
    Operator.LT: gettext_lazy("小于（早于）"),
    Operator.LE: gettext_lazy("不超过（不晚于）"),
    Operator.GT: gettext_lazy("大于（晚于）"),
    Operator.GE: gettext_lazy("不低于（不早于）"),
}
SCHEDULES: Final[dict[str, str | Promise]] = {
    "0 6 * * *": gettext_lazy("每天早上 6 点"),
    "0 6 * * 1": gettext_lazy("每周一早上 6 点"),
    "0 6 1 * *": gettext_lazy("每月 1 日早上 6 点"),
}
"""The schedules that can be chosen; a file may say others."""
MARKS: Final = "甲乙丙丁戊己庚辛"


@dataclass(frozen=True, slots=True)
class Titles:
    """How registers and fields are called. A register that takes part twice is told apart by a mark."""

    registers: Mapping[str, str]
    """By the input's name."""
    fields: Mapping[str, str]
    """By `input.field`."""

    def register(self, name: str) -> str:
        return f"“{self.registers.get(name, name)}”"

    def field(self, part: str) -> str:
        return _("%(register)s的“%(field)s”") % {
            "register": self.register(part.partition(".")[0]),
            "field": self.short(part),
        }

    def short(self, part: str) -> str:
        return self.fields.get(part, part.partition(".")[2])


def marked(model: Definition, titles: Mapping[str, str]) -> dict[str, str]:
    """Return the title of each input by name, from titles by resource; one that comes twice gets a mark."""
    resources = [one.resource for one in model.inputs]
    told = {}
    for place, one in enumerate(model.inputs):
        title = titles.get(one.resource, one.resource)
        mark = MARKS[resources[:place].count(one.resource)]
        told[one.name] = f"{title}（{mark}）" if resources.count(one.resource) > 1 else title
    return told


def sentences(model: Definition, titles: Titles) -> list[str]:
    """Return what the model does, one sentence after the other."""
    told = [_("逐行查看%(base)s。") % {"base": titles.register(model.base.name)}]
    told += [_found_by(one, titles) for one in model.others]
    conditions = [_condition(one, model, titles) for one in model.conditions]
    told.append(_("同时符合以下条件的，列入结果：%(conditions)s。") % {"conditions": _("；").join(conditions)})
    if model.output:
        shown = [titles.field(part) for part in model.output]
        told.append(_("结果给出：%(fields)s。") % {"fields": _("、").join(shown)})
    else:
        told.append(_("结果只给出是哪些行，不给出任何字段。"))
    told += _afterwards(model, titles)
    told.append(_("比对用的号码缺失、对应多行、比较的值为空的，单独列出，不算符合，也不算不符合。"))
    return told


def _afterwards(model: Definition, titles: Titles) -> list[str]:
    """When it runs, and what becomes of the matches."""
    told = []
    if model.schedule:
        known = SCHEDULES.get(model.schedule)
        when = {"when": known or _("按计划 %(line)s") % {"line": model.schedule}}
        told.append(_("%(when)s运行，只在工作日。") % when if model.working_days else _("%(when)s运行。") % when)
    if model.leads is not None:
        said = {"field": titles.field(model.leads.division), "days": model.leads.within_days}
        if model.leads.kind == "visit":
            told.append(
                _("符合的人可以成为走访线索，按%(field)s分到街道，%(days)s 个工作日内上门说明政策、帮助申办。") % said
            )
        else:
            told.append(
                _("符合的人可以成为核查线索，按%(field)s分到街道，%(days)s 个工作日内核实；先告知本人，再由人决定。")
                % said
            )
    return told


def _found_by(one: Input, titles: Titles) -> str:
    return _("在%(register)s中，用“%(key)s”查找与%(equals)s相同的行。") % {
        "register": titles.register(one.name),
        "key": titles.short(f"{one.name}.{one.key}"),
        "equals": titles.field(one.equals),
    }


def _condition(one: Condition, model: Definition, titles: Titles) -> str:
    if isinstance(one, Compared):
        right = titles.field(one.right) if one.right else _value(one)
        return f"{titles.field(one.left)} {OPERATORS[one.op]} {right}"
    register = {"register": titles.register(one.input)}
    if isinstance(one, Absent):
        return _("%(register)s中没有这一行对应的记录") % register
    return _("%(register)s中有这一行对应的记录") % register


def _value(one: Compared) -> str:
    return _("运行当天的日期") if one.value == TODAY else str(one.value)
