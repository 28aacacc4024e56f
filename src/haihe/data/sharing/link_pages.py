"""What the page of a link's test shows."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from haihe.data.sharing.adapters.links import LegInfo
from haihe.data.sharing.models import Grant
from haihe.kernel.link_legs import OF_AN_INTERFACE, Leg, LegState, SourceFault
from haihe.kernel.problems import PROBLEMS

_NAMES: Final[dict[Leg, Promise]] = {
    Leg.KEY: _("使用部门的接入系统有有效的密钥"),
    Leg.GATEWAY: _("能连到网关"),
    Leg.SIGNATURE: _("网关接受签名"),
    Leg.SERVICE: _("服务已开通"),
    Leg.GRANT: _("授权有效"),
    Leg.PURPOSE: _("用途相符"),
    Leg.SCOPE: _("内容在授权范围之内"),
    Leg.MAINTENANCE: _("提供部门不在维护"),
    Leg.RATE: _("没有超出每秒上限"),
    Leg.QUOTA: _("没有超出每日限额"),
    Leg.SOURCE: _("名册可用而且没有过时，或者提供部门的接口已确认"),
    Leg.CONNECTION: _("能连到提供部门的接口"),
    Leg.CERTIFICATE: _("提供部门的接口证书有效"),
    Leg.JOURNAL: _("网关能留痕"),
    Leg.LEDGER: _("使用记录及时送入账本"),
    Leg.REPLY: _("答复的签名有效"),
}
_OURS: Final[dict[str, Promise]] = {
    "no-key": _("使用部门没有启用的系统持有共享密钥；只用公钥的系统请自行调用 /v1/links/ 测试。"),
    "no-gateway": _("网关没有应答，请大数据中心检查网关程序和网络。"),
    "bad-reply": _("答复有误或者签名不符，请大数据中心检查中间的网络设备。"),
}
_OF_THE_SOURCE: Final[dict[str, Promise]] = {
    SourceFault.ADDRESS: _("接口的域名解析不到，或者不在大数据中心确认的网段之内，请提供部门和大数据中心核对。"),
    SourceFault.UNREACHABLE: _("连接不上提供部门的接口，请提供部门检查接口程序和网络。"),
    SourceFault.TIMEOUT: _("提供部门的接口没有在时限内应答连接，请提供部门检查接口程序和网络。"),
    SourceFault.EXPIRED: _("接口的证书已过期，请提供部门更换证书。"),
    SourceFault.NOT_YET_VALID: _("接口的证书尚未生效，请提供部门检查证书和时钟。"),
    SourceFault.OTHER_NAME: _("接口的证书不是这个域名的，请提供部门更换证书或者改正地址。"),
    SourceFault.UNTRUSTED: _("接口的证书不是所信任的机构签发的，请提供部门检查证书，或者在接口规则中写明签发机构。"),
    SourceFault.NO_TLS: _("接口没有按 https 应答，请提供部门检查地址和接口程序。"),
}
_BY_LEG: Final[dict[Leg, Promise]] = {
    Leg.MAINTENANCE: _("提供部门正在维护系统，到时自动恢复；原因和时间见“维护公告”。"),
    Leg.SOURCE: _("没有可用的数据，或者名册已过时，只会答复“无法确认”；请提供部门更新数据。"),
    Leg.LEDGER: _("使用记录十分钟以上没有送入账本，请大数据中心检查后台程序。"),
}
_TONES: Final = {LegState.OK: "success", LegState.FAILED: "danger", LegState.SKIPPED: "neutral"}
_STATES: Final = {LegState.OK: _("通"), LegState.FAILED: _("不通"), LegState.SKIPPED: _("未检查")}


@dataclass(frozen=True, slots=True)
class LegRow:
    """One leg in words; `hint` says what to do."""

    name: str | Promise
    state: str | Promise
    tone: str
    hint: str | Promise


@dataclass(frozen=True, slots=True)
class LinkPage:
    row: Grant
    legs: list[LegRow]
    failing: LegRow | None


def link_page(row: Grant, legs: list[LegInfo]) -> LinkPage:
    rows = [LegRow(_NAMES[leg.leg], _STATES[leg.state], _TONES[leg.state], _hint(leg)) for leg in legs]
    return LinkPage(row, rows, next((each for each in rows if each.tone == "danger"), None))


def _hint(leg: LegInfo) -> str | Promise:
    if not leg.problem:
        return ""
    if leg.problem in _OURS:
        return _OURS[leg.problem]
    if leg.leg in OF_AN_INTERFACE:
        return _OF_THE_SOURCE[leg.problem]
    if leg.leg in _BY_LEG:
        return _BY_LEG[leg.leg]
    problem = PROBLEMS[leg.problem]
    return problem.title_en if (get_language() or "").startswith("en") else problem.detail
