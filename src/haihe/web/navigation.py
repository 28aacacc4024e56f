"""The menus, as data: who sees which entry. Entries whose page doesn't exist (yet) are left out."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from haihe.base.accounts import api as accounts
from haihe.base.accounts.api import Actor, Role

Text = str | Promise
DATA_CENTRE = "120001"
"""The city's data centre, by its code among the city's bodies."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a menu. `roles` empty: for everybody; `offices` are roles at one body, besides.

    `hint` says in a few words what one does there.
    """

    label: Text
    url_name: str
    icon: str
    roles: frozenset[str] = frozenset()
    hint: Text = ""
    offices: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Link:
    """An entry resolved for one request."""

    label: Text
    url: str
    icon: str
    hint: Text
    is_here: bool


def _for(*roles: Role) -> frozenset[str]:
    return frozenset(str(role) for role in roles)


PUBLIC = (
    Entry(_("首页"), "portal", "home"),
    Entry(_("办事"), "services:home", "checklist", hint=_("查看可以办理的事项，在手机上提交申请")),
    Entry(_("数据开放"), "open:front", "world-download", hint=_("查找、下载、调用开放的公共数据")),
    Entry(_("资源目录"), "catalogue:list", "books", hint=_("查找各部门登记的数据资源")),
    Entry(
        _("履责公示"),
        "accountability:scoreboard",
        "chart-bar",
        hint=_("各部门按时答复、核实、使用数据的情况，人人可看"),
    ),
    Entry(
        _("好差评公示"),
        "ratings:figures",
        "mood-smile",
        hint=_("每个部门、事项、窗口办得让人满意不满意，人人可看"),
    ),
    Entry(_("行政区划"), "city:divisions", "map-2", hint=_("市、区、街道（乡镇）、社区（村）")),
    Entry(_("机构名录"), "city:organisations", "building-community", hint=_("市级部门和各级机构")),
)
WORK = (
    Entry(_("我的办件"), "services:my-cases", "file-check", _for(Role.CITIZEN), _("查看我提交的申请和进度")),
    Entry(_("我的证照"), "certificates:wallet", "id", _for(Role.CITIZEN), _("出示、打印、下载我的电子证照")),
    Entry(_("我的评价"), "ratings:mine", "mood-smile", _for(Role.CITIZEN), _("评价办完的事，看差评办到哪一步")),
    Entry(
        _("谁用了我的数据"), "services:my-data", "eye-check", _for(Role.CITIZEN), _("查看谁、何时、为何使用了我的数据")
    ),
    Entry(
        _("核查告知"),
        "matching:checks",
        "message-report",
        _for(Role.CITIZEN),
        _("部门核查我的情况时告知我，我可以说明"),
    ),
    Entry(
        _("成绩发布"),
        "releases:list",
        "certificate",
        _for(Role.STEWARD, Role.APPROVER, Role.OPERATOR),
        _("全市同时查询的结果：定时、批准、开放"),
    ),
    Entry(
        _("待办环节"),
        "services:steps",
        "list-check",
        _for(Role.CLERK, Role.APPROVER),
        _("办理轮到本单位的环节，先看快到期的"),
    ),
    Entry(
        _("证照管理"),
        "certificates:desk",
        "certificate",
        _for(Role.CLERK, Role.APPROVER),
        _("查看本单位签发的电子证照，依法暂扣、撤销、注销"),
    ),
    Entry(
        _("大厅管理"),
        "window:supervise",
        "building-community",
        _for(Role.APPROVER),
        _("看谁等久了、排班、查多要的材料"),
    ),
    Entry(
        _("大厅和窗口设置"),
        "window:manage",
        "building-plus",
        _for(Role.OPERATOR),
        _("新建、停用大厅，改开放时间和窗口"),
    ),
    Entry(_("窗口叫号"), "window:counter", "speakerphone", _for(Role.CLERK), _("上岗、叫号，在一个屏幕上受理任何事项")),
    Entry(
        _("差评办理"),
        "ratings:desk",
        "mood-sad",
        _for(Role.APPROVER, Role.OPERATOR),
        _("回访核实、整改、答复评价人，先看快到期的"),
    ),
    Entry(_("窗口办件"), "services:desk", "clipboard-list", _for(Role.CLERK), _("受理和办理群众申请")),
    Entry(
        _("目录工作台"),
        "catalogue:desk",
        "checklist",
        _for(Role.STEWARD, Role.APPROVER, Role.OPERATOR),
        _("登记、审核、更新资源目录"),
    ),
    Entry(
        _("事项工作台"),
        "services:items-desk",
        "file-search",
        _for(Role.STEWARD, Role.APPROVER, Role.OPERATOR),
        _("看本单位事项还在收哪些数据能证明的材料"),
    ),
    Entry(
        _("共享工作台"),
        "sharing:workbench",
        "arrows-exchange",
        _for(Role.STEWARD, Role.APPROVER, Role.OPERATOR),
        _("提出、审批数据共享申请，管理授权"),
    ),
    Entry(
        _("数据汇集"),
        "exchange:feeds",
        "database-import",
        _for(Role.STEWARD, Role.APPROVER, Role.OPERATOR),
        _("上传数据文件，查看质量和快照"),
    ),
    Entry(
        _("数据开放工作台"),
        "open:desk",
        "world-upload",
        _for(Role.STEWARD, Role.APPROVER, Role.OPERATOR),
        _("提出开放、检查个人信息、脱敏和发布"),
    ),
    Entry(
        _("需求办理"),
        "participation:answering",
        "bulb",
        _for(Role.STEWARD, Role.APPROVER),
        _("答复社会的数据需求，更新开放计划，回答提问"),
    ),
    Entry(
        _("参与审核"),
        "participation:moderation",
        "gavel",
        _for(Role.OPERATOR, Role.AUDITOR),
        _("审核社会提交的需求和成果，处理举报"),
    ),
    Entry(
        _("协会工作台"),
        "participation:association-desk",
        "users-group",
        _for(Role.ASSOCIATION),
        _("汇集会员的数据需求，跟进答复，为成果背书"),
    ),
    Entry(
        _("远端目录"),
        "harvest:desk",
        "world-download",
        _for(Role.OPERATOR, Role.AUDITOR),
        _("采集其他平台的开放目录，把本市的发布出去"),
        frozenset({(str(Role.STEWARD), DATA_CENTRE), (str(Role.APPROVER), DATA_CENTRE)}),
    ),
    Entry(
        _("数据比对"),
        "matching:models",
        "arrows-diff",
        _for(Role.STEWARD, Role.APPROVER, Role.OPERATOR, Role.AUDITOR),
        _("比对授权的数据，发现需要上门服务和核实的情况"),
    ),
    Entry(
        _("走访线索"),
        "matching:leads",
        "map-pins",
        _for(Role.STEWARD, Role.APPROVER, Role.DISPATCHER),
        _("分派走访、看办理情况和成效"),
    ),
    Entry(
        _("我的走访"),
        "matching:visits",
        "walk",
        _for(Role.FIELD_WORKER),
        _("今天去谁家，说明政策、帮助申办，没有网络也能记"),
    ),
    Entry(
        _("目录级联"),
        "catalogue:cascade",
        "network",
        _for(Role.OPERATOR),
        _("收录各区目录，向上级报送本级目录"),
    ),
    Entry(
        _("短信和邮件发送"),
        "notices:sendings",
        "mail-share",
        _for(Role.OPERATOR),
        _("看通知发得怎样，没有发出去的怎么办"),
    ),
    Entry(
        _("使用审计"),
        "ledger:auditor",
        "shield-check",
        _for(Role.AUDITOR, Role.OPERATOR),
        _("核对每一次数据使用的记录和证明"),
    ),
)
PHONE = (
    Entry(_("首页"), "services:home", "home"),
    Entry(_("我的办件"), "services:my-cases", "file-check"),
    Entry(_("我的数据"), "services:my-data", "eye-check"),
    Entry(_("我的"), "me", "user"),
)
"""The bar at the foot of the citizen's pages."""


def links_for(entries: Iterable[Entry], actor: Actor, *, path: str, beside: Iterable[Entry] = ()) -> list[Link]:
    """Return the entries that this actor may use, in order; the one that `path` lies in is marked.

    `beside` are those of another menu on the same page: where `path` lies in one of them more closely, none is marked.
    """
    seen, others = _open_to(entries, actor), _open_to(beside, actor)
    here = max((url for _entry, url in (*seen, *others) if _lies_in(path, url)), key=len, default=None)
    return [Link(entry.label, url, entry.icon, entry.hint, url == here) for entry, url in seen]


def home_of(actor: Actor) -> str:
    """Return the address where this actor's day begins."""
    if actor.has(accounts.Role.CITIZEN):
        return url_of("services:home") or "/"
    return url_of("workbench") or "/"


def _open_to(entries: Iterable[Entry], actor: Actor) -> list[tuple[Entry, str]]:
    return [(entry, url) for entry in entries if _may_see(entry, actor) and (url := url_of(entry.url_name))]


def _may_see(entry: Entry, actor: Actor) -> bool:
    held = {role for role, _organisation in actor.roles}
    return not entry.roles or bool(entry.roles & held) or bool(entry.offices & actor.roles)


def _lies_in(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))


@cache
def url_of(name: str) -> str | None:
    """Return the address of a page, or None where there is no such page (yet). Every page asks for all of a menu."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return None
