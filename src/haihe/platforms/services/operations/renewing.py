"""A refusal fell in review: a new case takes the refused one's place, with all that was said and under its version.

A case is decided once; so what was decided stays as it was, and the new case has its own history.
"""

import uuid
from datetime import datetime

from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor
from haihe.base.processes import api as processes
from haihe.platforms.services.due import due_after
from haihe.platforms.services.errors import NotNow
from haihe.platforms.services.models import Case
from haihe.platforms.services.operations import driving
from haihe.platforms.services.operations.binding import take_place_in_life_event
from haihe.platforms.services.operations.certifying import note_certificates
from haihe.platforms.services.operations.moving import arrive, goes_by_data, record
from haihe.platforms.services.operations.opening import list_papers, next_number
from haihe.platforms.services.operations.sealing import open_form, reseal
from haihe.platforms.services.operations.settling import count_savings, settle
from haihe.platforms.services.workflow import UNDECIDED, CaseState

_COPIED = (
    *("item", "item_slug", "organisation", "subject_key", "masked_name", "masked_id_number", "channel", "amount_yuan"),
    *("on_behalf_of", "subject_kind", "actor_key", "actor_masked_name", "relation", "rests_on", "representative_key"),
    *("opened_by", "opened_name", "informed_at"),
)


def may_be_granted(case: Case) -> bool:
    """Say whether a review can grant such a case itself: where a person takes the step after an approval."""
    return bool(driving.after_approval(case.item.definition))


def renew(case: Case, *, granted: bool, reason: str, actor: Actor, now: datetime) -> Case:
    """Open the case that takes the place of a locked, refused one: from its beginning, or granted.

    Raises: NotNow where the applicant has an undecided case of the same item, or nobody can grant it so.
    """
    same = Case.objects.filter(item_slug=case.item_slug, subject_key=case.subject_key, state__in=UNDECIDED).first()
    if same is not None:
        told = _("申请人已就同一事项另行申请：%(number)s。请先办结那一件，或请申请人撤回。")
        raise NotNow(told % {"number": same.number})
    item = case.item.definition
    step = driving.after_approval(item) if granted else ""
    if granted and not step:
        raise NotNow(_("这个事项不能由复核直接准予，请撤销原决定、重新办理。"))
    values, _uploads = open_form(case)
    again = Case(**{name: getattr(case, name) for name in _COPIED})
    again.number, again.opened_at = next_number(item.case_prefix, now), now
    again.token = uuid.uuid5(case.token, case.number)
    again.sealed_applicant, again.sealed_form = reseal(case, again.number)
    again.process_case_id = driving.begin(item, values=values, actor=actor, now=now, at=step)
    again.due_at = due_after(now, item.promised_days) if goes_by_data(again) and not granted else None
    again.save(force_insert=True)
    take_place_in_life_event(case, again)
    note_certificates(again, item, values, now)
    record(again, "renew", actor=actor, now=now, facts={"number": case.number})
    if granted:
        _grant(again, reason, actor, now)
    elif not list_papers(again, item, values, now):
        settle(again, now=now)
    return again


def _grant(case: Case, reason: str, actor: Actor, now: datetime) -> None:
    state = processes.state_of(case.process_case_id) if case.process_case_id else None
    if state is None or driving.where(state) != CaseState.APPROVED:
        raise NotNow(_("这个事项不能由复核直接准予，请撤销原决定、重新办理。"))
    count_savings(case)
    case.decided_by, case.decided_name, case.decision_reason = actor.user_id, actor.name, reason[:500]
    arrive(case, "grant_on_review", state, actor=actor, now=now, facts={"note": reason})
