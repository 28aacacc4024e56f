"""Sentences for what goes wrong: what it is, and what to do."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from haihe.base.outward.api import Fault
from haihe.data.harvest.reading.records import Reason
from haihe.data.harvest.reading.trouble import Problem

type Text = str | Promise

PROBLEMS: Final[Mapping[str, Text]] = {
    Fault.ADDRESS_WRONG: _("地址写得不对，请检查。"),
    Fault.SCHEME_REFUSED: _("地址应以 http:// 或 https:// 开头。"),
    Fault.PORT_REFUSED: _("不允许访问这个端口；确有需要的，请运维人员在 HAIHE_OUTWARD_PORTS 中登记。"),
    Fault.NAME_UNKNOWN: _("找不到这台主机，请检查地址。"),
    Fault.NETWORK_REFUSED: _("这个地址在内部网络，不能访问；确有需要的，请运维人员在 HAIHE_OUTWARD_NETWORKS 中登记。"),
    Fault.NO_CONNECTION: _("连不上对方，请稍后再试或者联系对方。"),
    Fault.NOT_TRUSTED: _("对方的证书不可信，请联系对方更换。"),
    Fault.TIMED_OUT: _("对方没有按时回答，可以稍后继续。"),
    Fault.BROKEN: _("对方的回答不完整，可以稍后继续。"),
    Fault.TOO_LARGE: _("对方的一页太大，请对方减小每页条数。"),
    Fault.TOO_MANY_REDIRECTS: _("对方的地址转来转去，请填写最终的地址。"),
    Problem.STATUS: _("对方没有给出内容，请检查地址，或者稍后继续。"),
    Problem.NOT_JSON: _("对方给的不是 JSON，请检查地址和类型。"),
    Problem.NOT_RDF: _("对方给的不是能读的 RDF（外部上下文和实体一律不取），请检查地址和类型。"),
    Problem.NOT_CKAN: _("对方不像是 CKAN，请检查地址和类型。"),
    Problem.NOT_DATA_JSON: _("对方给的不是 data.json，请检查地址和类型。"),
    Problem.NO_CATALOGUE: _("对方的文件中没有 dcat:Catalog，也没有数据集，请检查地址。"),
    Problem.PAGES_REPEAT: _("对方的页面重复，已停止；请联系对方检查翻页。"),
    Problem.TOO_MANY: _("对方的页数或条目太多，已停止；请用机构或标签缩小范围。"),
    Problem.NEXT_ELSEWHERE: _("对方的下一页指向别的网站，已停止。"),
    Problem.NO_TOKEN: _("还没有填写对方的访问令牌，请在设置中填写。"),
    Problem.NOT_PERMITTED: _("对方拒绝了令牌，请更换令牌或者请对方授权。"),
    Problem.NOT_ACTIVE: _("这个远端目录已经暂停、停用或者退回修改，没有再采集。"),
    Problem.NO_PROGRESS: _("多次接着做都没有进展，已停止；请联系运维人员查看日志，再试采一次。"),
    Problem.INTERNAL: _("本系统出错，已记入日志；请联系运维人员，修好后可以继续。"),
}
REASONS: Final[Mapping[str, Text]] = {
    Reason.NOT_A_RECORD: _("不是一条数据集记录。"),
    Reason.NO_ID: _("没有标识，不能判断是不是同一个数据集。"),
    Reason.ID_TOO_LONG: _("标识太长或者含有控制字符。"),
    Reason.NO_TITLE: _("没有名称。"),
    Reason.NO_LINK: _("没有可以打开的网址（只接受 http 和 https）。"),
    Reason.NOT_PUBLIC: _("对方没有公开。"),
    Reason.NAME_TAKEN: _("对方已有同名的数据集，不是我们发布的，没有改动它。"),
    Reason.OTHER_SIDE_REFUSED: _("对方没有接受，见说明。"),
}
FIELDS: Final[Mapping[str, Text]] = {
    "title": _("名称"),
    "summary": _("说明"),
    "publisher": _("发布者"),
    "licence": _("许可"),
    "themes": _("主题词"),
    "keywords": _("关键词"),
    "landing": _("来源页面"),
    "modified": _("来源更新时间"),
    "cycle": _("更新周期"),
    "resources": _("文件和接口"),
    "topic": _("本平台主题"),
    "owner": _("对应部门"),
    "notes": _("说明"),
    "license_id": _("许可"),
    "tags": _("关键词"),
    "url": _("网址"),
    "extras": _("附加信息"),
    "owner_org": _("对方机构"),
}


def problem_told(problem: str, detail: str) -> str:
    """Return the sentence for what stopped a run, with a number or host where there is one."""
    sentence = str(PROBLEMS.get(problem, problem))
    return _now("%(sentence)s（说明：%(detail)s）") % {"sentence": sentence, "detail": detail} if detail else sentence


def reason_told(reason: str, detail: str) -> str:
    """Return the sentence for a record that wasn't taken."""
    sentence = str(REASONS.get(reason, reason))
    return _now("%(sentence)s（说明：%(detail)s）") % {"sentence": sentence, "detail": detail} if detail else sentence
