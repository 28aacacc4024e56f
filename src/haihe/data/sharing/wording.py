"""What the moves are called: on the buttons that make them, and in the history that tells of them."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from haihe.city import api as city
from haihe.data.sharing.models import Service
from haihe.data.sharing.workflow import CORRECTION, GRANT, REQUEST
from haihe.data.sharing.workflow_closing import DISPOSAL, DISPUTE, STOP
from haihe.data.sharing.workflow_opening import OPENING
from haihe.kernel.workflow import Workflow

BUTTONS: Final[dict[str, dict[str, Promise]]] = {
    REQUEST.name: {
        "approve_by_office": _("同意提出申请"),
        "pass_precheck": _("预审通过，送提供部门"),
        "return_by_office": _("退回修改"),
        "resubmit": _("修改后重新提交"),
        "ask_supplement": _("一次性告知补正"),
        "supplement": _("提交补正"),
        "ask_extension": _("提出延长答复期限"),
        "consent_extension": _("同意延长"),
        "approve": _("同意共享，生成授权"),
        "refuse": _("不同意共享"),
        "urge": _("督办"),
        "withdraw": _("撤回申请"),
    },
    GRANT.name: {
        "hand_over": _("已提供数据"),
        "confirm_receipt": _("确认收到"),
        "object_receipt": _("没有收到或者有误"),
        "urge": _("督办"),
        "suspend": _("暂停授权"),
        "report_put_right": _("报告整改情况"),
        "reject_put_right": _("整改不到位，退回"),
        "resume": _("恢复授权"),
        "terminate": _("终止授权"),
        "relinquish": _("放弃授权"),
    },
    DISPOSAL.name: {
        "instruct": _("提出处置要求"),
        "report_disposal": _("报告已处置"),
        "accept_disposal": _("确认处置"),
        "object_disposal": _("退回重新处置"),
        "urge": _("督办"),
    },
    DISPUTE.name: {
        "reply": _("答复对方"),
        "settle": _("协商一致，结束争议"),
        "ask_mediation": _("申请调解"),
        "mediate": _("提出调解意见"),
        "settle_by_mediation": _("调解成功，结束争议"),
        "refer": _("调解不成，报请决定"),
        "record_decision": _("登记政府的决定"),
        "withdraw": _("撤回争议"),
    },
    STOP.name: {
        "reply_to_stop": _("答复提供部门"),
        "file": _("向大数据中心备案"),
        "consent": _("备案无异议"),
        "object": _("对备案提出异议"),
        "stop": _("停止服务"),
        "withdraw": _("不停止了，撤回"),
        "file_afterwards": _("补充备案"),
        "urge": _("督办"),
        "demand_restoring": _("责令恢复服务"),
        "restore": _("恢复服务"),
    },
    OPENING.name: {
        "ask_supplement": _("一次性告知补正"),
        "supplement": _("提交补正"),
        "urge": _("督办"),
        "approve": _("同意，生成使用协议"),
        "refuse": _("不同意"),
        "object_refusal": _("申诉"),
        "uphold_objection": _("申诉成立，重新答复"),
        "dismiss_objection": _("申诉不成立"),
        "accept_agreement": _("接受协议，开始使用"),
        "suspend": _("暂停授权"),
        "resume": _("恢复授权"),
        "terminate": _("终止授权"),
        "relinquish": _("放弃授权"),
        "withdraw": _("撤回申请"),
    },
    CORRECTION.name: {
        "confirm": _("属实，着手更正"),
        "reject": _("核实无误"),
        "correct": _("已更正"),
        "urge": _("督办"),
        "withdraw": _("撤回"),
    },
}
PROMPTS: Final[dict[str, Promise]] = {
    "object_refusal": _("为什么应当同意"),
    "uphold_objection": _("支持申诉的理由"),
    "dismiss_objection": _("不支持申诉的理由"),
    "return_by_office": _("哪里要改"),
    "ask_supplement": _("缺少的全部内容（只能告知一次）"),
    "supplement": _("补正的内容"),
    "ask_extension": _("为什么需要更多时间"),
    "refuse": _("不同意的理由"),
    "hand_over": _("以什么方式、交到哪里、多少条"),
    "object_receipt": _("没有收到什么，或者哪里有误"),
    "urge": _("督办意见"),
    "suspend": _("暂停的理由"),
    "report_put_right": _("怎样整改的"),
    "reject_put_right": _("哪里不到位"),
    "reply": _("答复的内容"),
    "settle": _("双方商定的结果"),
    "ask_mediation": _("协商的情况和请求调解的事项"),
    "mediate": _("调解意见"),
    "settle_by_mediation": _("调解达成的结果"),
    "refer": _("调解的情况和报请决定的事项"),
    "record_decision": _("决定的内容"),
    "reply_to_stop": _("停止对办事的影响和意见"),
    "file": _("与使用部门沟通的情况和善后安排"),
    "object": _("异议的理由"),
    "file_afterwards": _("停止的原因、影响和预计恢复时间"),
    "demand_restoring": _("责令恢复的理由"),
    "restore": _("恢复的情况"),
    "instruct": _("要求怎样处置、处置哪些数据"),
    "report_disposal": _("处置了什么：哪些系统、库表、文件，多少条"),
    "object_disposal": _("哪里不符合要求"),
    "resume": _("恢复的理由"),
    "terminate": _("终止的理由"),
    "relinquish": _("放弃的理由"),
    "confirm": _("核实的情况"),
    "reject": _("核实的情况"),
    "correct": _("怎样更正的"),
}
HAPPENED: Final[dict[str, Promise]] = {
    "apply": _("提出申请，开始计时"),
    "object_refusal": _("提出申诉"),
    "uphold_objection": _("申诉成立，交提供部门由他人重新答复"),
    "dismiss_objection": _("申诉不成立，维持原答复"),
    "accept_agreement": _("接受使用协议，授权生效"),
    "replace": _("由新的使用协议代替"),
    "request": _("提出申请"),
    "resubmit": _("修改后重新提交"),
    "approve_by_office": _("本单位同意，交提供部门答复"),
    "approve_to_precheck": _("本单位同意，交大数据中心预审，答复期限开始计时"),
    "pass_precheck": _("预审通过，交提供部门答复"),
    "pass_by_rule": _("预审时间已到，按规则交提供部门答复"),
    "return_by_office": _("本单位退回修改"),
    "ask_supplement": _("一次性告知补正，计时暂停"),
    "supplement": _("提交补正，继续计时"),
    "ask_extension": _("提出延长答复期限"),
    "consent_extension": _("大数据中心同意延长"),
    "approve": _("同意共享"),
    "approve_by_rule": _("无条件共享，按规则自动同意"),
    "overdue": _("超过期限，已报大数据中心"),
    "urge": _("大数据中心督办"),
    "refuse": _("不同意共享"),
    "withdraw": _("撤回"),
    "grant": _("生成授权"),
    "deliver_at_once": _("服务已开通，授权生效"),
    "deliver_by_rule": _("服务已恢复，授权生效"),
    "hand_over": _("提供部门已提供数据"),
    "hand_over_by_receipt": _("数据已自动交付，凭回执视为已提供"),
    "confirm_receipt": _("使用部门确认收到，授权生效"),
    "object_receipt": _("使用部门没有收到或者认为有误"),
    "receive_by_rule": _("期满未提出异议，视为收到，授权生效"),
    "suspend": _("暂停授权"),
    "report_put_right": _("使用部门报告已整改"),
    "reject_put_right": _("整改不到位，重新确定整改期限"),
    "open_disposal": _("授权终止，开始计算处置期限"),
    "open_dispute": _("提出争议"),
    "reply": _("答复对方"),
    "settle": _("双方协商一致"),
    "ask_mediation": _("申请调解，开始计时"),
    "mediate": _("大数据中心提出调解意见"),
    "settle_by_mediation": _("调解成功"),
    "refer": _("调解不成，报请决定"),
    "record_decision": _("登记政府的决定"),
    "plan_stop": _("计划停止服务，征求使用部门意见"),
    "reply_to_stop": _("使用部门答复"),
    "file": _("向大数据中心备案"),
    "consent": _("大数据中心对备案无异议"),
    "object": _("大数据中心对备案有异议"),
    "stop": _("按备案停止服务"),
    "stop_at_once": _("紧急停止服务，待备案"),
    "file_afterwards": _("紧急停止后补充备案"),
    "demand_restoring": _("大数据中心责令恢复服务"),
    "restore": _("恢复服务"),
    "instruct": _("提供部门提出处置要求"),
    "report_disposal": _("使用部门报告已处置"),
    "report_by_receipt": _("交付的数据已自动清除，凭回执报告处置"),
    "accept_disposal": _("提供部门确认处置"),
    "object_disposal": _("提供部门退回重新处置"),
    "accept_by_rule": _("提供部门期满未提出异议，视为确认处置"),
    "resume": _("恢复授权"),
    "terminate": _("终止授权"),
    "relinquish": _("使用部门放弃授权"),
    "expire": _("授权到期"),
    "note_usage": _("登记使用记录"),
    "report": _("报告数据有误"),
    "open_person": _("查看被报告人的身份信息"),
    "confirm": _("核实属实，着手更正"),
    "reject": _("核实无误"),
    "correct": _("已更正"),
    "confirm_data": _("更正后的数据已在用，通知使用部门"),
    "try_call": _("试调用接口"),
    "register_client": _("登记接入系统"),
    "rotate_secret": _("更换密钥"),
    "end_key": _("停用一把密钥"),
    "disable_client": _("停用接入系统"),
    "enable_client": _("启用接入系统"),
    "open_service": _("开通服务"),
    "start_service": _("恢复服务"),
    "stop_service": _("停止服务"),
    "end_with_resource": _("资源已下线，随之终结"),
    "confirm_source": _("确认接口地址"),
    "change_source": _("修改接口规则"),
    "renew_source_secret": _("更换接口密钥"),
}
MASKS: Final[dict[str, Promise]] = {
    "name": _("隐去名字中的字"),
    "id_number": _("只显示首三位和末四位"),
    "phone": _("隐去中间四位"),
    "year": _("只显示年份"),
    "district": _("只显示到区"),
    "bucket": _("每 %(step)s 一档，不显示具体数值"),
}
THINGS: Final[dict[str, Promise]] = {
    "request": _("共享申请"),
    "grant": _("授权，申请"),
    "correction": _("更正申请"),
    "disposal": _("数据处置，申请"),
    "dispute": _("争议"),
    "stop": _("停止服务"),
    "opening": _("开放数据使用申请"),
}
_CITY = 2
_GOOD = frozenset(
    {
        *("settle", "settle_by_mediation", "consent", "restore"),
        *("accept_disposal", "approve", "approve_by_office", "approve_by_rule", "approve_to_precheck"),
        *("confirm_receipt", "correct", "deliver_at_once", "deliver_by_rule", "enable_client", "grant"),
        *("accept_agreement", "uphold_objection"),
        *("pass_precheck", "report_put_right", "resume", "start_service"),
    }
)
_WARNING = frozenset(
    {
        *("ask_mediation", "object", "stop", "demand_restoring"),
        *("ask_supplement", "disable_client", "expire", "object_disposal", "object_receipt"),
        *("reject_put_right", "return_by_office", "stop_service", "suspend", "urge"),
    }
)
_GRAVE = frozenset(
    {
        *("stop_at_once", "refer"),
        *("overdue", "refuse", "terminate", "end_with_resource"),
    }
)
_MAIN = frozenset(
    {
        *("settle", "settle_by_mediation", "record_decision", "file", "consent", "file_afterwards", "restore"),
        *("accept_disposal", "approve", "approve_by_office", "confirm_receipt", "consent_extension"),
        *("correct", "hand_over", "pass_precheck", "report_disposal", "report_put_right", "resubmit"),
        *("resume", "supplement", "accept_agreement", "uphold_objection"),
    }
)


def button(workflow: Workflow, name: str) -> Promise:
    """Return what the button of the move says; every move that a person may make has one."""
    return BUTTONS[workflow.name][name]


def is_main(name: str) -> bool:
    """True for the moves that lead on; their buttons are filled."""
    return name in _MAIN


def tone(name: str) -> str:
    """Return the colour of the move in the history."""
    if name in _GOOD:
        return "success"
    return "danger" if name in _GRAVE else "warning" if name in _WARNING else "info"


def scope_title(service: Service, name: str) -> str:
    """Say what a claim asks, or what of a field is shown."""
    rule = service.fields.get(name)
    if not rule or rule["mask"] == "none":
        return service.title_of(name)
    how = MASKS[rule["mask"]] % {"step": rule.get("step", "")}
    return f"{service.title_of(name)} · {how}"


def organisation_name(code: str) -> str:
    """Return the body's short name in the reader's language, or its code where it is unknown."""
    found = city.organisation(code) if code else None
    return code if found is None else _short_name(found)


def city_departments() -> dict[str, str]:
    """Return the short names of all bodies of the city's level by code, in one query."""
    return {found.code: _short_name(found) for found in city.organisations(level=_CITY)}


def _short_name(found: city.Organisation) -> str:
    english = (get_language() or "").startswith("en")
    return (english and found.name_en) or found.short_name or found.name


def age(seconds: int) -> str:
    """Say how old data may be: in days from two days on, else in hours."""
    days, hours = seconds // 86_400, max(1, seconds // 3600)
    if days >= 2:
        return ngettext("%(n)s 天", "%(n)s 天", days) % {"n": days}
    return ngettext("%(n)s 小时", "%(n)s 小时", hours) % {"n": hours}


def exact_age(seconds: int) -> str:
    """Say how old an answer is: in seconds, in minutes from two on, else as `age` does."""
    if seconds >= 2 * 3600:
        return age(seconds)
    if seconds >= 120:
        return ngettext("%(n)s 分钟", "%(n)s 分钟", seconds // 60) % {"n": seconds // 60}
    return ngettext("%(n)s 秒", "%(n)s 秒", seconds) % {"n": seconds}


def last_good_choices(most_s: int) -> list[tuple[str, str]]:
    """Return how old an answer may be that is taken while a source is away, up to what its owner allows."""
    ages = [seconds for seconds in (3600, 6 * 3600, 86_400, 7 * 86_400) if seconds < most_s]
    told = [(str(seconds), gettext("用不超过 %(age)s 的答复") % {"age": age(seconds)}) for seconds in [*ages, most_s]]
    return [("0", gettext("不用旧答复，按无法确认处理")), *told]


def left(days: int | None) -> str:
    """Say how many working days are left, or that the time is over."""
    if days is None:
        return gettext("工作日历尚未发布，期限待定")
    if days < 0:
        return gettext("已超期 %(n)s 个工作日") % {"n": -days}
    return gettext("还剩 %(n)s 个工作日") % {"n": days} if days else gettext("今天到期")
