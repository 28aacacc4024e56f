"""Where a request or grant stands on its way, and what comes next: by whom, and by when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from haihe.data.sharing import wording
from haihe.data.sharing.models import Decider, Disposal, Dispute, Grant, ServiceStop, SharingRequest
from haihe.data.sharing.workflow import LIVE_GRANTS, GrantState, Part, RequestState
from haihe.data.sharing.workflow_closing import DisposalState, DisputeState, StopState

type Text = str | Promise
_R, _G, _D, _Q, _S = RequestState, GrantState, DisposalState, DisputeState, StopState
AUTHORITY: Final = _("大数据中心")


@dataclass(frozen=True, slots=True)
class Stage:
    """`labels` in order, the `current` counted from 1 (past the end: all done), and what comes next, if anything."""

    labels: tuple[Text, ...]
    current: int
    who: Text = ""
    what: Text = ""
    by: date | None = None


def stage_of_request(row: SharingRequest, grant: Grant | None) -> Stage:
    """Return where the request stands. Once agreed, its grant goes on."""
    was_prechecked = row.state == _R.PRE_REVIEW or any(e.name == "approve_to_precheck" for e in row.events.all())
    way: list[Text] = [_("提出申请"), _("本单位审批"), *([_("预审")] if was_prechecked else []), _("提供部门答复")]
    answer = len(way)
    if row.state in {_R.REFUSED, _R.WITHDRAWN, _R.CLOSED}:
        return Stage((*way, str(row.get_state_display())), answer + 2, *_next_of_request(row))
    reached = {_R.RETURNED: 1, _R.OFFICE_REVIEW: 2, _R.PRE_REVIEW: 3, _R.SUPPLEMENT: answer, _R.OWNER_REVIEW: answer}
    labels = (*way, _("提供数据"), _("使用"))
    if grant is None:
        return Stage(labels, reached.get(RequestState(row.state), answer), *_next_of_request(row))
    current = answer + 1 if grant.state in {_G.PREPARING, _G.RECEIVING} else answer + 2
    return Stage(labels, current, *_next_of_grant(grant))


def stage_of_grant(row: Grant, disposal: Disposal | None) -> Stage:
    """Return where the grant stands; what it leaves is disposed of at the end."""
    ends = {_G.TERMINATED: _("终止"), _G.EXPIRED: _("到期")}
    end = ends.get(GrantState(row.state), _("到期"))
    labels: list[Text] = [_("同意共享"), _("提供数据"), _("使用"), end]
    if disposal or (row.leaves_data and row.state in LIVE_GRANTS):
        labels.append(_("处置数据"))
    reached = {_G.PREPARING: 2, _G.RECEIVING: 2, _G.ACTIVE: 3, _G.SUSPENDED: 3}
    current = reached.get(GrantState(row.state), 6 if disposal and disposal.closed_at else 5)
    return Stage(tuple(labels), current, *(_next_of_disposal(disposal) if disposal else _next_of_grant(row)))


def stage_of_dispute(row: Dispute) -> Stage:
    """Return where the dispute stands on the way of art. 28."""
    ends = {_Q.SETTLED: _("和解"), _Q.DECIDED: _("决定"), _Q.WITHDRAWN: _("撤回")}
    labels = (_("双方协商"), _("调解"), row.get_decider_display(), ends.get(DisputeState(row.state), _("结束")))
    current = {_Q.NEGOTIATING: 1, _Q.MEDIATING: 2, _Q.GOVERNMENT: 3}.get(DisputeState(row.state), 5)
    other, decider = wording.organisation_name(row.other_side), Decider(row.decider).label
    found: dict[str, Next] = {
        _Q.NEGOTIATING: (other, _("答复；协商不成的，任何一方可以申请调解"), None),
        _Q.MEDIATING: (AUTHORITY, _("调解；调解不成的，报请决定"), row.due_on),
        _Q.GOVERNMENT: (decider, _("决定，由大数据中心登记"), None),
    }
    return Stage(labels, current, *found.get(row.state, _NOTHING))


_CALLED_OFF: Final = {_S.WITHDRAWN: _("撤回"), _S.ENDED: _("资源下线")}


def stage_of_stop(row: ServiceStop, *, silent: int) -> Stage:
    """Return where the stop of a service stands; an emergency stop goes first and is filed after."""
    if row.state in _CALLED_OFF:
        filed = (_("备案"),) if row.filed_at else ()
        came_first: tuple[Text, ...] = (_("紧急停止"),) if row.is_emergency else (_("与使用部门沟通"),)
        way = (*came_first, *filed, _CALLED_OFF[StopState(row.state)])
        return Stage(way, len(way) + 1, *_NOTHING)
    owner = wording.organisation_name(row.owner)
    planned = (_("与使用部门沟通"), _("备案"), _("停止"), _("恢复"))
    labels = (_("紧急停止"), _("补充备案"), _("停止"), _("恢复")) if row.is_emergency else planned
    reached = {_S.CONSULTING: 1, _S.OBJECTED: 2, _S.FILED: 3, _S.CONSENTED: 3, _S.TO_FILE: 2, _S.STOPPED: 4}
    current = reached.get(StopState(row.state), 4 if row.state == _S.TO_RESTORE else 5)
    found: dict[str, Next] = {
        _S.CONSULTING: (_("使用部门"), _("答复"), None) if silent else (owner, _("备案"), None),
        _S.OBJECTED: (owner, _("另作安排后再备案，或者撤回"), None),
        _S.FILED: (owner, _("到期停止；大数据中心可以提出异议"), row.planned_on),
        _S.CONSENTED: (owner, _("按备案停止"), row.planned_on),
        _S.TO_FILE: (owner, _("补充备案"), row.due_on),
        _S.STOPPED: (owner, _("尽快恢复"), None),
        _S.TO_RESTORE: (owner, _("恢复服务"), None),
    }
    return Stage(labels, current, *found.get(row.state, _NOTHING))


type Next = tuple[Text, Text, date | None]
_NOTHING: Final[Next] = ("", "", None)


def _next_of_request(row: SharingRequest) -> Next:
    applicant, owner = wording.organisation_name(row.applicant), wording.organisation_name(row.owner)
    found: dict[str, Next] = {
        _R.OFFICE_REVIEW: (applicant, _("负责人审批"), None),
        _R.RETURNED: (applicant, _("修改后重新提交"), None),
        _R.PRE_REVIEW: (AUTHORITY, _("预审；过期未办的按规则送提供部门，不占提供部门的时间"), row.precheck_due_on),
        _R.OWNER_REVIEW: (owner, _("答复"), row.due_on),
        _R.SUPPLEMENT: (applicant, _("补正；补正期间不计时"), None),
        _R.REFUSED: (applicant, _("可以按理由修改后另行申请，或者提出争议"), None),
        _R.CLOSED: (applicant, _("在目录中另找资源，或者登记数据需求"), None),
    }
    return found.get(row.state, _NOTHING)


def _next_of_grant(row: Grant) -> Next:
    applicant, owner = wording.organisation_name(row.organisation), wording.organisation_name(row.owner)
    found: dict[str, Callable[[], Next]] = {
        _G.PREPARING: lambda: (owner, _("恢复服务") if row.is_served else _("提供数据"), row.due_on),
        _G.RECEIVING: lambda: (applicant, _("确认收到，或者写明哪里有误"), None),
        _G.ACTIVE: lambda: (applicant, _("按用途使用，到期自动停止"), timezone.localdate(row.valid_until)),
        _G.SUSPENDED: lambda: _next_of_suspended(row, applicant, owner),
    }
    return found[row.state]() if row.state in found else _NOTHING


def _next_of_suspended(row: Grant, applicant: str, owner: str) -> Next:
    judge = AUTHORITY if row.suspended_by == Part.AUTHORITY else owner
    if row.put_right_reported_at is not None:
        return judge, _("核实整改情况，恢复授权或者退回整改"), None
    if row.overdue_told_at is not None:
        return judge, _("整改期限已过，决定终止授权或者另定期限"), None
    return applicant, _("整改并报告"), row.put_right_by


def _next_of_disposal(row: Disposal) -> Next:
    found: dict[str, Next] = {
        _D.DUE: (wording.organisation_name(row.organisation), _("处置数据并报告"), row.due_on),
        _D.REPORTED: (wording.organisation_name(row.owner), _("确认处置，或者退回"), None),
    }
    return found.get(row.state, _NOTHING)
