"""How what happened to models and runs is told."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

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
}
"""Title and tone of each event, by its name."""
MOVES: Final[dict[str, Text]] = {
    "submit": _("提交确认"),
    "return": _("退回修改"),
    "confirm": _("确认并启用"),
    "withdraw": _("停用"),
}
"""What stands on the button of each move that people make on a version."""
OUTCOMES: Final[dict[Outcome, tuple[Text, Text]]] = {
    Outcome.MATCHED: (_("符合"), _("列入结果")),
    Outcome.NOT_MATCHED: (_("不符合"), _("至少一个条件确定不成立，只计数")),
    Outcome.NO_KEY: (_("没有号码"), _("用来关联的字段为空，无法查找")),
    Outcome.AMBIGUOUS: (_("对应多行"), _("另一数据有多行，无法确定是哪一行")),
    Outcome.UNDECIDED: (_("无法判断"), _("要比较的字段为空")),
}
"""Each outcome's name, and what it means."""
