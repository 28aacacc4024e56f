"""The figures of the scoreboard: what each is called, how exactly it is counted, and the clause that asks for it.

The names are those of scoreboard.sql; a test holds the two together.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from haihe.base.history.api import clause_told


class Side(StrEnum):
    """In which part a department is counted."""

    OWNER = "owner"
    APPLICANT = "applicant"


@dataclass(frozen=True, slots=True)
class Figure:
    """`is_bad`: more of it is worse, so it stands out where it isn't zero. `about_persons`: each one counted is some
    person's own affair (a question about them, a report of theirs), so small counts aren't shown; others count duties.
    """

    name: str
    side: Side
    label: Promise
    definition: Promise
    clause: str
    is_bad: bool = False
    about_persons: bool = False

    @property
    def clause_label(self) -> str:
        return clause_told(self.clause)


def _art(number: int) -> str:
    return f"政务数据共享条例 第{number}条"


_OWNER, _APPLICANT = Side.OWNER, Side.APPLICANT
FIGURES: Final = (
    Figure(
        "received",
        _OWNER,
        _("收到申请"),
        _("本期送达本部门、请它提供数据的共享申请；以下各列都按送达的日期归入本期。"),
        _art(20),
    ),
    Figure(
        "answered_in_time",
        _OWNER,
        _("按期答复"),
        _(
            "在答复期限的最后一天或之前作出同意或者不同意的答复。期限自送达次日起按工作日计算，补正期间停止计算，经同意延长的按延长后的期限。"
        ),
        _art(21),
    ),
    Figure("answered_late", _OWNER, _("逾期答复"), _("期限过后才作出答复。"), _art(39), True),
    Figure("waiting", _OWNER, _("期限内办理中"), _("还没有答复，期限未到，或者正等申请单位补正。"), _art(21)),
    Figure("overdue", _OWNER, _("超期未答复"), _("期限已过，至今没有答复。"), _art(39), True),
    Figure(
        "ended_with_resource",
        _OWNER,
        _("因资源下线终结"),
        _("答复之前资源下线，申请由系统终结并告知申请单位。"),
        _art(21),
    ),
    Figure("taken_back", _OWNER, _("申请单位撤回"), _("答复之前由申请单位撤回。"), _art(20)),
    Figure(
        "median_days",
        _OWNER,
        _("答复用时（工作日，中位数）"),
        _("从送达到答复经过的工作日，扣除补正的日子；一半的申请不超过这个数。"),
        _art(21),
    ),
    Figure("refused", _OWNER, _("不同意共享"), _("答复为不同意的申请；每件都必须写明理由，否则系统不受理。"), _art(21)),
    Figure("refusal_reasons", _OWNER, _("不同意的理由（种）"), _("不同意的答复中写明的不同理由有多少种。"), _art(15)),
    Figure("supplement_asked", _OWNER, _("要求补正"), _("一次性告知申请单位补正材料的申请。"), _art(21)),
    Figure("granted", _OWNER, _("给出授权"), _("本期同意而形成的授权；以下三列都按同意的日期归入本期。"), _art(22)),
    Figure(
        "delivered_in_time",
        _OWNER,
        _("按期提供"),
        _("自同意的次日起二十个工作日内（承诺更快的按承诺）数据已能使用。"),
        _art(22),
    ),
    Figure("delivered_late", _OWNER, _("逾期提供"), _("期限过后数据才能使用。"), _art(39), is_bad=True),
    Figure("delivery_overdue", _OWNER, _("超期未提供"), _("期限已过，至今没有提供数据。"), _art(39), is_bad=True),
    Figure(
        "calls_answered",
        _OWNER,
        _("回答次数"),
        _("依授权对核验、查询作出的答复，每人每次计一次；来自使用台账。"),
        _art(22),
        about_persons=True,
    ),
    Figure(
        "reports",
        _OWNER,
        _("收到更正申请"),
        _("本期收到的、认为其数据有误的校核申请；以下各列都按收到的日期归入本期。"),
        _art(26),
        about_persons=True,
    ),
    Figure("reports_in_time", _OWNER, _("按期核实"), _("在期限内核实并答复。"), _art(26), about_persons=True),
    Figure("reports_late", _OWNER, _("逾期核实"), _("期限过后才核实答复。"), _art(39), is_bad=True, about_persons=True),
    Figure(
        "reports_overdue",
        _OWNER,
        _("超期未核实"),
        _("期限已过，至今没有核实完。"),
        _art(39),
        is_bad=True,
        about_persons=True,
    ),
    Figure("corrected", _OWNER, _("已更正"), _("核实属实并已更正源头数据。"), _art(26), about_persons=True),
    Figure("found_right", _OWNER, _("核实无误"), _("核实后认为原来的数据没有错。"), _art(26), about_persons=True),
    Figure("published", _OWNER, _("发布目录条目"), _("本期发布的目录条目，修订后再次发布的另计一次。"), _art(16)),
    Figure(
        "published_in_time",
        _OWNER,
        _("其中按时发布"),
        _("自提交发布审核起，两个工作日内由大数据中心审核发布的。"),
        _art(17),
    ),
    Figure(
        "updates_in_time",
        _OWNER,
        _("按期更新数据"),
        _(
            "本期启用的新数据，没有超过目录中登记的更新周期。周期自上一次更新起算，期满日不是工作日的顺延；实时和每日更新的按一个工作日算。同一天多次报送算一次，首次报送不计。"
        ),
        _art(13),
    ),
    Figure("updates_late", _OWNER, _("逾期更新数据"), _("更新周期过后才启用的新数据。"), _art(39), True),
    Figure(
        "updates_overdue",
        _OWNER,
        _("超期未更新数据"),
        _("更新周期已过，至今没有新数据；按应当更新的日期归入本期。"),
        _art(39),
        True,
    ),
    Figure("applied", _APPLICANT, _("提出申请"), _("经本单位负责人同意、本期送达提供部门的共享申请。"), _art(20)),
    Figure("held", _APPLICANT, _("持有授权"), _("本期内有效过的授权，哪怕只有一天。"), _art(22)),
    Figure("used", _APPLICANT, _("用过的授权"), _("本期内至少得到过一次答复的授权。"), _art(29)),
    Figure("unused", _APPLICANT, _("没用过的授权"), _("持有而本期没有用过；长期不用的应当放弃。"), _art(27)),
    Figure(
        "suspended",
        _APPLICANT,
        _("被暂停的授权（次）"),
        _("因未按范围、用途或者要求使用，被提供部门或者大数据中心暂停。"),
        _art(27),
        True,
    ),
)
BY_NAME: Final = {figure.name: figure for figure in FIGURES}
ABOUT_PERSONS: Final = frozenset(figure.name for figure in FIGURES if figure.about_persons)
NOT_COUNTED: Final = frozenset({"median_days", "refusal_reasons"})
"""Figures that can't be summed over departments."""


def of_side(side: Side) -> tuple[Figure, ...]:
    return tuple(figure for figure in FIGURES if figure.side == side)
