"""Which desks and persons hear of what, and in which words. Topics of notices can be switched off by their readers."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from haihe.base.accounts.api import Role
from haihe.base.notices import api as notices
from haihe.base.notices.api import Address, Desk, Facts, Person
from haihe.data.participation.models import Bundle, DataRequest, ParticipationEvent, PlanEntry, Post, Reuse, Thread
from haihe.data.participation.workflow import HELPFUL_REQUESTS, TO_FORWARD

type Told = DataRequest | PlanEntry | Reuse | Bundle | Thread
_MOVED, _NEAR, _OVERDUE = "participation.moved", "participation.near", "participation.overdue"
_ANSWERED, _CONFIRMED = "participation.discussion", "participation.confirmed"
_MOST_VOTERS: Final = 500
notices.topic("participation", _("数据需求、讨论和应用成果"), kinds=(_MOVED, _NEAR, _OVERDUE, _ANSWERED, _CONFIRMED))
HAPPENED: Final[dict[str, str | Promise]] = {
    "submit": _("提交，等待审核"),
    "forward": _("转给部门办理"),
    "reject": _("未通过审核"),
    "hand_back": _("部门退回，另行转办"),
    "accept": _("列入开放计划"),
    "refuse": _("答复不能开放"),
    "point": _("答复已有开放数据"),
    "fulfil": _("数据已经开放"),
    "drop": _("不再开放"),
    "withdraw": _("撤回"),
    "reopen": _("重新办理"),
    "overdue": _("超过答复期限"),
    "not_helped": _("有人反馈没有帮上忙"),
    "plan": _("列入计划"),
    "link": _("对应到目录条目"),
    "prepare": _("开始准备"),
    "publish": _("发布"),
    "postpone": _("推迟"),
    "hide": _("隐藏"),
    "show": _("恢复显示"),
    "mark_broken": _("标为打不开"),
    "broken": _("有人反映打不开"),
    "revise": _("修改，等待审核"),
    "vouch": _("协会背书"),
    "unvouch": _("协会撤回背书"),
    "outdate": _("成果修改，原来的背书不再有效"),
    "bundle": _("汇集"),
    "add": _("又汇集了需求"),
    "answered": _("部门都已答复"),
    "confirm": _("向会员确认"),
    "close": _("结束讨论"),
    "report": _("有发言被举报"),
    "start": _("有新的提问"),
}
"""Words for each line of history and each notice."""


def path_of(row: Told) -> str:
    """Return the address of the thing's page."""
    match row:
        case DataRequest():
            return reverse("participation:request", args=[row.number])
        case PlanEntry():
            return reverse("participation:plan-entry", args=[row.pk])
        case Reuse():
            return reverse("participation:reuse", args=[row.pk])
        case Bundle():
            return reverse("participation:bundle", args=[row.number])
        case Thread():
            return reverse("participation:thread", args=[row.pk])


def tell_desk(row: Told, happened: str, desks: Iterable[tuple[Role, str]], *, now: datetime, path: str = "") -> None:
    """Tell desks (role, organisation) what happened to a thing."""
    to = [Desk(role, organisation) for role, organisation in desks]
    _tell(row, happened, to, key=f"{_MOVED}:{row.pk}:{happened}:{now.isoformat()}", now=now, path=path)


def tell_of_request(row: DataRequest, event: ParticipationEvent) -> None:
    """Tell whoever asked, the department at work, associations that follow it, and voters once data are open."""
    to: list[Address] = [] if event.name == "withdraw" else [Person(row.requester)]
    if event.name in ("forward", "reopen"):
        to += [Desk(Role.STEWARD, row.owner), Desk(Role.APPROVER, row.owner)]
    if event.name == "hand_back":
        to.append(Desk(Role.OPERATOR))
    codes = row.bundles.values_list("association", flat=True).distinct()
    to += [Desk(Role.ASSOCIATION, code) for code in codes]
    if row.state in HELPFUL_REQUESTS:
        to += [Person(voter) for voter in row.voters.order_by("at").values_list("voter", flat=True)[:_MOST_VOTERS]]
    _tell(row, event.name, to, key=f"{_MOVED}:{event.pk}", now=event.at)


def tell_of_reuse(row: Reuse, event: ParticipationEvent) -> None:
    """Tell its author."""
    if event.name != "withdraw":
        _tell(row, event.name, [Person(row.author)], key=f"{_MOVED}:{event.pk}", now=event.at)


def tell_of_thread(row: Thread, *, now: datetime) -> None:
    """Tell the department that somebody asked it something."""
    if row.owner:
        to = [Desk(Role.STEWARD, row.owner)]
        _tell(row, "start", to, key=f"{_MOVED}:{row.pk}:start", now=now)


def tell_of_answer(row: Thread, post: Post, *, now: datetime) -> None:
    """Tell who began the discussion that somebody else wrote."""
    if post.author != row.author:
        facts = {"title": row.title, "official": post.is_official}
        notices.tell(
            to=[Person(row.author)],
            kind=_ANSWERED,
            key=f"{_ANSWERED}:{post.pk}",
            facts=facts,
            path=path_of(row),
            now=now,
        )


def tell_members(row: Bundle, *, now: datetime) -> None:
    """Tell the association's members, and whoever asked, what came of their needs."""
    members = set(row.association.members.filter(left_at=None).values_list("user_id", flat=True))
    people = members | set(row.requests.values_list("requester", flat=True))
    facts = {"title": row.title, "association": row.association.name}
    to = [Person(one) for one in sorted(people)]
    notices.tell(
        to=to, kind=_CONFIRMED, key=f"{_CONFIRMED}:{row.pk}:{now.isoformat()}", facts=facts, path=path_of(row), now=now
    )


def tell_near(row: DataRequest, *, due: date, step: int, now: datetime) -> int:
    """Remind who must act with `step` working days left; return how many were told now."""
    facts = {"number": row.number, "title": row.title, "days": step}
    key = f"{_NEAR}:{row.pk}:{due}:{step}"
    return len(notices.tell(to=_at_work(row), kind=_NEAR, key=key, facts=facts, path=path_of(row), now=now))


def tell_overdue(row: DataRequest, *, now: datetime) -> None:
    """Tell who must act, and the data centre, that the clock ran out."""
    facts = {"number": row.number, "title": row.title}
    to = list(dict.fromkeys((*_at_work(row), Desk(Role.OPERATOR))))
    key = f"{_OVERDUE}:{row.pk}:{row.due_on}"
    notices.tell(to=to, kind=_OVERDUE, key=key, facts=facts, path=path_of(row), now=now)


def _at_work(row: DataRequest) -> list[Desk]:
    if row.state in TO_FORWARD:
        return [Desk(Role.OPERATOR)]
    return [Desk(Role.STEWARD, row.owner), Desk(Role.APPROVER, row.owner)]


def _tell(row: Told, happened: str, to: Sequence[Address], *, key: str, now: datetime, path: str = "") -> None:
    if to:
        facts = {"title": row.title, "move": happened}
        notices.tell(to=to, kind=_MOVED, key=key, facts=facts, path=path or path_of(row), now=now)


@notices.words(_MOVED)
def _say_moved(facts: Facts) -> str:
    told = {"title": facts["title"], "happened": HAPPENED.get(facts["move"], facts["move"])}
    return gettext("“%(title)s”有新进展：%(happened)s。") % told


@notices.words(_NEAR)
def _say_near(facts: Facts) -> str:
    days = int(facts["days"])
    told = {"title": facts["title"], "n": days}
    return (
        ngettext(
            "数据需求“%(title)s”的答复期限不足 %(n)s 个工作日，请尽快办理。",
            "数据需求“%(title)s”的答复期限不足 %(n)s 个工作日，请尽快办理。",
            days,
        )
        % told
    )


@notices.words(_OVERDUE)
def _say_overdue(facts: Facts) -> str:
    return gettext("数据需求“%(title)s”已经超过答复期限，公开页面上人人可见。") % {"title": facts["title"]}


@notices.words(_ANSWERED)
def _say_answered(facts: Facts) -> str:
    words = (
        gettext("您的讨论“%(title)s”有了部门答复。")
        if facts["official"]
        else gettext("您的讨论“%(title)s”有了新回答。")
    )
    return words % {"title": facts["title"]}


@notices.words(_CONFIRMED)
def _say_confirmed(facts: Facts) -> str:
    told = {"title": facts["title"], "association": facts["association"]}
    return gettext("%(association)s：您关心的“%(title)s”部门已经答复，请看结果。") % told
