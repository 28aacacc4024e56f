"""How what happened to models and runs is told."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from haihe.base.history import api as history
from haihe.data.matching.definition import Outcome

Text = str | Promise

EVENTS: Final[dict[str, tuple[Text, str]]] = {
    "write": (_("写成一版"), "info"),
    "submit": (_("提交确认"), "info"),
    "return": (_("退回修改"), "warning"),
    "confirm": (_("确认，开始使用"), "success"),
    "replace": (_("由新的一版替换"), "neutral"),
    "withdraw": (_("停用"), "danger"),
    "ask": (_("提出运行"), "info"),
    "begin": (_("开始运行"), "info"),
    "finish": (_("运行完成，涉及的人已记入使用记录"), "success"),
    "fail": (_("没有完成"), "danger"),
    "cancel": (_("取消"), "neutral"),
    "expire": (_("结果到期，已删除"), "neutral"),
    "open": (_("查看了一条结果"), "warning"),
    "ask_export": (_("提出导出结果"), "info"),
    "approve_export": (_("批准导出"), "warning"),
    "refuse_export": (_("没有批准导出"), "neutral"),
    "take_export": (_("下载了导出的文件，涉及的人已记入使用记录"), "warning"),
}
"""Title and tone of each event, by its name."""
MOVES: Final[dict[str, Text]] = {
    "submit": _("提交确认"),
    "return": _("退回修改"),
    "confirm": _("确认并启用"),
    "withdraw": _("停用"),
}
"""What stands on the button of each move that people make on a version."""
LEAD_MOVES: Final[dict[str, tuple[Text, Text, tuple[str, ...]]]] = {
    "assign": (_("分派"), _("交给本辖区的一位工作人员上门。"), ("worker",)),
    "take": (_("我去"), _("领取之后显示是谁、住在哪里。"), ()),
    "visit": (_("已走访，讲过政策"), _("见到本人并说明了政策。"), ("words",)),
    "apply": (_("已帮助申办"), _("帮助本人提出了申请。"), ("words",)),
    "settle": (_("已落实"), _("已经参保，或者待遇已经落实。"), ("words",)),
    "tell": (
        _("已告知本人"),
        _("写明告知了什么、怎样告知；本人有 5 个工作日陈述意见，在自己的账号里也能看到、能陈述。"),
        ("words",),
    ),
    "hear": (_("记录陈述"), _("写明本人怎样说。"), ("words",)),
    "answer": (_("提交陈述"), _("写明您的情况和理由；作出决定的人会看到。"), ("words",)),
    "decide": (_("作出决定"), _("由人作出，写明理由和依据；本人会看到。"), ("decision", "words")),
    "miss": (_("没有见到"), _("写明去的情况，线索仍在您这里。"), ("words",)),
    "close": (_("不需要办理"), _("写明原因，例如已在外地参保、本人不愿意。"), ("words",)),
    "clear": (_("没有问题，了结"), _("写明核实的情况。"), ("words",)),
    "report_wrong": (_("数据有误"), _("写明哪里不对、实际怎样，由比对部门提请数据来源更正。"), ("words",)),
    "correct": (
        _("提请来源更正"),
        _("选择哪个来源的数据有误，写明哪里不对；提供部门在法定期限内核实，答复会回到这条线索。"),
        ("source", "words"),
    ),
    "dismiss": (_("数据无误，退回走访"), _("写明核对的情况。"), ("words",)),
    "hand_back": (_("交回"), _("写明原因，线索回到待分派。"), ("words",)),
}
"""Button, hint and what it asks for, in the order in which buttons stand."""
LEAD_EVENTS: Final[dict[str, tuple[Text, str]]] = {
    "make": (_("由比对结果生成线索"), "info"),
    "assign": (_("已分派"), "info"),
    "take": (_("已领取"), "info"),
    "visit": (_("已走访，讲过政策"), "success"),
    "apply": (_("已帮助申办"), "success"),
    "settle": (_("已落实"), "success"),
    "tell": (_("已告知本人"), "warning"),
    "hear": (_("听取本人陈述"), "info"),
    "answer": (_("本人在账号里陈述"), "info"),
    "decide": (_("已作决定"), "warning"),
    "miss": (_("没有见到"), "warning"),
    "close": (_("不需要办理，了结"), "neutral"),
    "clear": (_("没有问题，了结"), "success"),
    "report_wrong": (_("反映数据有误"), "warning"),
    "correct": (_("提请来源更正"), "info"),
    "source_corrected": (_("来源答复：已更正"), "success"),
    "source_rejected": (_("来源答复：数据无误，继续走访"), "warning"),
    "source_withdrawn": (_("更正申请已撤回"), "neutral"),
    "source_in_use": (_("更正后的数据已经启用"), "success"),
    "dismiss": (_("数据无误，退回走访"), "neutral"),
    "hand_back": (_("交回"), "neutral"),
    "lapse": (_("授权到期，个人信息已删除"), "neutral"),
}
"""Title and tone of each event of a lead."""
OUTCOMES: Final[dict[Outcome, tuple[Text, Text]]] = {
    Outcome.MATCHED: (_("符合"), _("列入结果")),
    Outcome.NOT_MATCHED: (_("不符合"), _("至少一个条件确定不成立，只计数")),
    Outcome.NO_KEY: (_("没有号码"), _("用来关联的字段为空，无法查找")),
    Outcome.AMBIGUOUS: (_("对应多行"), _("另一数据有多行，无法确定是哪一行")),
    Outcome.UNDECIDED: (_("无法判断"), _("要比较的字段为空")),
}
"""Each outcome's name, and what it means."""


def clause_told(clause: str) -> str:
    """Return a recorded clause in the reader's language: an article of the regulations, or one that our tables name."""
    told = history.clause_told(clause)
    return gettext(told) if told else ""
