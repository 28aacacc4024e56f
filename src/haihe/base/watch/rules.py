"""What is watched, as data: from which value on, for how long, who is told, and what they can do about it."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from haihe.base.watch.judging import Limits


@dataclass(frozen=True, slots=True)
class Rule:
    """`unit` says what is measured: percent, ms, s, hours, records, letters, sendings …, or down (1 is down, 0 is up).

    `limits` are those it comes with. `tells_owner`: the department whose service or register it is hears of it too,
    beside the data centre.
    """

    name: str
    label: Promise
    advice: Promise
    unit: str
    limits: Limits
    tells_owner: bool = False


_RULES = (
    Rule(
        "service-faults",
        _("服务故障偏多"),
        _("看运行监测里的原因：数据过期的，请提供部门报送；来源不可用的，检查网关日志和索引。"),
        "percent",
        Limits(5, 2, 3),
        tells_owner=True,
    ),
    Rule(
        "service-slow",
        _("服务答复变慢"),
        _("先看网关所在机器的磁盘和处理器，再看是否有大批量调用；持续变慢时增加网关进程。"),
        "ms",
        Limits(100, 50, 5),
    ),
    Rule(
        "source-silent",
        _("来源一直没有答复"),
        _("这段时间的调用一个也没有得到答复。请提供部门检查数据汇集，必要时先通知使用部门按纸质材料受理。"),
        "calls",
        Limits(5, 1, 3),
        tells_owner=True,
    ),
    Rule(
        "index-old",
        _("数据比承诺的旧"),
        _("超过承诺的时限后，网关一律答复“无法确认”。请提供部门尽快报送新的数据。"),
        "hours",
        Limits(0.01, 0.01, 2),
        tells_owner=True,
    ),
    Rule(
        "node-silent",
        _("前置机断开"),
        _("先看前置机是否通电、haihe node run 是否在运行，再看线路；断开期间它照常取数，恢复后自动补传。"),
        "s",
        Limits(60, 5, 1),
        tells_owner=True,
    ),
    Rule(
        "node-backlog",
        _("前置机有积压"),
        _("线路是通的，数据却等了很久：看 logs/worker.log 和中心的磁盘；线路太慢时错开大文件。"),
        "s",
        Limits(900, 60, 3),
        tells_owner=True,
    ),
    Rule(
        "disk-full",
        _("中心的磁盘快满"),
        _(
            "先清理或扩大这块磁盘。满了以后不再收文件，处理到一半的批次失败；腾出空间后自动继续，上一份可用数据一直有效。"
        ),
        "percent",
        Limits(95, 92, 1),
    ),
    Rule(
        "gateway-down",
        _("共享网关不可用"),
        _("看 logs/gateway.log；数据库、磁盘或网关进程有问题。恢复前窗口按纸质材料受理。"),
        "down",
        Limits(1, 1, 2),
    ),
    Rule(
        "journal-backlog",
        _("网关流水积压"),
        _("记录还没有进入台账。检查后台任务是否在运行、数据库是否正常；流水约可容纳 2500 万条。"),
        "records",
        Limits(200_000, 50_000, 5),
    ),
    Rule(
        "ledger-unsealed",
        _("台账没有按时封存"),
        _("每分钟应封存一次。看 logs/worker.log 里 ledger.seal 的情况，检查有没有长时间未结束的事务。"),
        "s",
        Limits(600, 180, 2),
    ),
    Rule(
        "queue-stuck",
        _("后台任务排队过久"),
        _("看 logs/worker.log；任务多时再开一个 haihe worker。"),
        "s",
        Limits(900, 120, 2),
    ),
    Rule(
        "dead-letters",
        _("有事件没有送达"),
        _("用 haihe outbox dead 查看原因，处理后用 haihe outbox retry 重新投递。"),
        "letters",
        Limits(1, 1, 1),
    ),
    Rule(
        "dead-sendings",
        _("有短信或邮件没有送达"),
        _("在短信和邮件发送情况里看原因：地址有误的不再发送，通道有故障的先修通道，再重新发送。"),
        "sendings",
        Limits(1, 1, 1),
    ),
)
_A_MOMENT_H = 0.02
RULES: Final = {rule.name: rule for rule in _RULES}


def value_told(unit: str, value: float) -> str:
    """Return a measured value in words."""
    if unit == "down":
        return gettext("不可用") if value >= 1 else gettext("正常")
    if unit == "percent":
        return f"{value:.1f}%"
    if unit == "ms":
        return gettext("%(n)s 毫秒") % {"n": f"{value:,.0f}"}
    if unit == "s":
        return gettext("%(n)s 秒") % {"n": f"{value:,.0f}"}
    if unit == "hours" and value < _A_MOMENT_H:
        return gettext("在承诺时限内")
    if unit == "hours":
        return gettext("超过 %(n)s 小时") % {"n": f"{value:,.1f}"}
    return _counted(unit, round(value))


def _counted(unit: str, n: int) -> str:
    told = {"n": f"{n:,}"}
    if unit == "calls":
        return ngettext("%(n)s 次调用", "%(n)s 次调用", n) % told
    if unit == "letters":
        return ngettext("%(n)s 个事件", "%(n)s 个事件", n) % told
    if unit == "sendings":
        return ngettext("%(n)s 条没有送达", "%(n)s 条没有送达", n) % told
    return ngettext("%(n)s 条记录", "%(n)s 条记录", n) % told
