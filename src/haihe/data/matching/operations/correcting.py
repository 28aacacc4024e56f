"""A wrong value goes back to where it came from, with whom it concerns; the source's answer comes back to the lead."""

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import SYSTEM, Actor
from haihe.base.ledger import api as ledger
from haihe.data.exchange import api as exchange
from haihe.data.matching.errors import InputRefused, NotNow
from haihe.data.matching.models import Lead
from haihe.data.matching.operations.moving import make_move, record
from haihe.data.matching.telling_leads import tell_answer_of_source
from haihe.data.matching.workflow import LeadState, Part
from haihe.data.sharing import api as sharing

_MOVES: Final = {"CORRECTED": "source_corrected", "REJECTED": "source_rejected", "WITHDRAWN": "source_withdrawn"}
_CLAUSE: Final = "政务数据共享条例 第26条"


def sources_of(lead: Lead) -> list[dict[str, Any]]:
    """Return the inputs of the lead's run that came from other departments, each register once: those can be asked."""
    return list({told["resource"]: told for told in reversed(lead.run.inputs) if told["grant"]}.values())[::-1]


def ask_source(lead: Lead, actor: Actor, *, source: str, words: str, now: datetime) -> str:
    """Ask a source to check and correct, by the record of what it gave; return the report's number.

    The report carries who it is, sealed for the source alone, so that it finds the row. Raises: NotNow, InputRefused.
    """
    sources = sources_of(lead)
    if not sources or lead.subject is None:
        raise NotNow(_("这条线索只用了本部门的数据，请直接更正。"))
    only = sources[0] if not source and len(sources) == 1 else None
    chosen = next((told for told in sources if told["name"] == source), only)
    if chosen is None:
        raise InputRefused(_("请选择哪个来源的数据有误。"))
    subject = bytes(lead.subject)
    name, id_number = _person(lead, chosen, subject)
    try:
        return sharing.open_correction(
            actor,
            _evidence(lead, chosen, subject),
            words,
            now,
            name=name,
            id_number=id_number,
            subject_key=subject.hex(),
        )
    except sharing.AlreadyOpen as other:
        return other.number
    except sharing.NotFound:
        raise NotNow(_("使用记录还没有写入，请稍后再试。")) from None
    except sharing.SharingError as refused:
        raise NotNow(refused.message) from None


def hear_answer(number: str, *, now: datetime) -> None:
    """Bring the source's answer to the leads that wait for it: corrected ends them, rejected sends somebody on."""
    told = sharing.correction(number)
    if told is None or told.state not in _MOVES:
        return
    for lead in _waiting(number):
        with transaction.atomic():
            locked = _locked(lead)
            if locked.state != LeadState.REFERRED:
                continue
            make_move(locked, SYSTEM, _MOVES[told.state], {Part.SYSTEM}, now=now, words=told.answer, correction=number)
            locked.revision += 1
            locked.closed_at = now if locked.state == LeadState.CLOSED else None
            locked.save()
            tell_answer_of_source(locked, state=told.state, now=now)


def hear_in_use(number: str, *, now: datetime) -> None:
    """Write at the leads that the data in use have now what they asked for."""
    for lead in _waiting(number):
        with transaction.atomic():
            locked = _locked(lead)
            if not locked.events.filter(name="source_in_use").exists():
                facts: dict[str, object] = {"correction": number}
                record(locked, SYSTEM, "source_in_use", Part.SYSTEM, _CLAUSE, now=now, source=locked.state, facts=facts)
                tell_answer_of_source(locked, state="IN_USE", now=now)


def _person(lead: Lead, chosen: dict[str, Any], subject: bytes) -> tuple[str, str]:
    """Return name and identity number from the register that is said to be wrong, or else one that knows the person."""
    others = [told for told in lead.run.inputs if told is not chosen]
    for told in (chosen, *others):
        columns = exchange.stored_columns(told["resource"]) or ()
        by = {str(column.personal): column.field for column in reversed(columns)}
        if "SUBJECT" not in by:
            continue
        fields = [by["SUBJECT"], *([by["NAME"]] if "NAME" in by else [])]
        try:
            row = exchange.row_of(told["resource"], subject, fields)
        except exchange.SnapshotDamaged:
            raise NotNow(_("数据文件校验未通过，请联系大数据中心。")) from None
        if row is not None:
            return str(row.get(by.get("NAME", ""), "") or ""), str(row[by["SUBJECT"]])
    return "", ""


def _evidence(lead: Lead, chosen: dict[str, Any], subject: bytes) -> str:
    """Return the record of this use of the source's data: that it was handed over, or else that it was compared."""
    uses = [
        use
        for use in ledger.uses_of_subjects([subject], since=lead.run.queued_at)
        if use.case == lead.run.number and use.resource == chosen["resource"]
    ]
    if not uses:
        raise NotNow(_("使用记录还没有写入，请稍后再试。"))
    return str(max(uses, key=lambda use: (use.kind == "DELIVER", use.seq)).evidence)


def _waiting(number: str) -> list[Lead]:
    return list(Lead.objects.filter(correction=number).order_by("pk"))


def _locked(lead: Lead) -> Lead:
    return Lead.objects.select_for_update(of=("self",)).select_related("model", "run__version").get(pk=lead.pk)
