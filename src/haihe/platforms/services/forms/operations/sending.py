"""Hand an application over, once: the draft is closed and the case opened in one transaction, or neither."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor
from haihe.platforms.services.forms import ports
from haihe.platforms.services.forms.content import Content, sealed
from haihe.platforms.services.forms.errors import Changed, FormsError, Incomplete
from haihe.platforms.services.forms.fields import Kind
from haihe.platforms.services.forms.models import Draft, DraftState
from haihe.platforms.services.forms.parties import claim_of, complaints, is_signed_by, parties, proof_for, signer_name
from haihe.platforms.services.forms.ports import Application, Known, NotReceived, Received
from haihe.platforms.services.forms.queries import Standing, draft_for, files_of, standing
from haihe.platforms.services.forms.signing import digest_of, receipt
from haihe.platforms.services.forms.telling import tell_both

REGISTER = "register"


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of it: the case, and its page for the one who applied."""

    number: str
    url: str


@transaction.atomic
def send(*, actor: Actor, draft_id: UUID, revision: int, now: datetime) -> Sent:
    """Hand the draft over as the page showed it. Sent again, it is the same case.

    Raises: DraftNotFound, Changed, Incomplete, FormsError.
    """
    draft = draft_for(actor, draft_id, now=now, lock=True)
    if not draft.is_open:
        return Sent(draft.case_number, draft.case_url)
    if revision != draft.revision:
        raise Changed
    found = standing(actor, draft, today=timezone.localdate(now))
    check(found, now)
    application = application_of(found, files_of(draft, found.offer), digests_of(draft))
    received = hand_over(application, actor, now)
    close(draft, application, received, now)
    tell_both(application, actor=actor, received=received, now=now)
    return Sent(received.number, received.url)


def check(found: Standing, now: datetime) -> None:
    """See that all is there, signed, and by somebody who may."""
    today = timezone.localdate(now)
    form, values = found.offer.form, found.values
    if found.draft.item_version != found.offer.version:
        raise Changed
    if unfinished := found.first_unfinished:
        raise Incomplete(unfinished)
    # What isn't in the form by its schema either is a mistake of ours; nobody should be let through by it.
    if found.cleaned.errors or not form.accepts(values, today=today):
        raise Incomplete(form.sections[0].name)
    proofs, item = found.content.proofs, found.offer.slug
    for told in complaints(values, person=found.person, item=item, today=today, proofs=proofs).values():
        raise FormsError(told)
    signed = next((field for field in form.fields if field.kind is Kind.SIGNATURE and field.name in values), None)
    if signed and not is_signed_by(values, str(values[signed.name]), found.person):
        told = _("签名应为 %(name)s，请核对后重新签名。")
        raise FormsError(told % {"name": signer_name(values, found.person)})


def application_of(found: Standing, files: Mapping[str, list[str]], digests: Mapping[str, str]) -> Application:
    """Return what is handed over; `files` are ids by field, `digests` those of the files by id."""
    applicant, behalf = parties(found.values, found.person)
    if applicant is None:
        raise FormsError(_("请填写申请人。"))
    proof = proof_for(claim_of(found.values, found.person), found.content.proofs)
    if behalf is not None and proof is not None and proof.holds:
        behalf = replace(behalf, rests_on=REGISTER, evidence=proof.evidence)
    uploads = {name: tuple(map(UUID, ids)) for name, ids in files.items() if name in found.values}
    said: dict[str, Any] = {
        "application": str(found.draft.pk),
        "item": found.offer.slug,
        "version": found.offer.version,
        "applicant": _told(applicant.name, applicant.number),
        "on_behalf_of": _told(behalf.party.name, behalf.party.number) | {"relation": behalf.relation} if behalf else {},
        "values": found.values,
        "files": {str(one): digests[str(one)] for ids in uploads.values() for one in ids},
        "corrected": list(found.content.corrected(found.values)),
    }
    return Application(
        item_slug=found.offer.slug,
        item_version=found.offer.version,
        applicant=applicant,
        on_behalf_of=behalf,
        values=found.values,
        uploads=uploads,
        channel=found.draft.channel,
        token=found.draft.pk,
        digest=digest_of(said),
        corrected=_corrected(found),
    )


def digests_of(draft: Draft) -> dict[str, str]:
    return {str(one.pk): one.sha256 for one in draft.uploads.all()}


def _corrected(found: Standing) -> dict[str, Known]:
    told = found.content.corrected(found.values)
    kept = {name: found.content.known[name] for name in told}
    return {name: Known(one.value, one.source, one.as_of, one.evidence) for name, one in kept.items()}


def _told(name: str, number: str) -> dict[str, str]:
    return {"name": name, "number": number}


def hand_over(application: Application, actor: Actor, now: datetime) -> Received:
    receiver = ports.receiver()
    if receiver is None:
        raise FormsError(_("现在还不能在网上提交，草稿已保存；请稍后再试，或到窗口办理。"))
    try:
        return receiver(application, actor, now)
    except NotReceived as refused:
        raise FormsError(refused.message) from refused


def close(draft: Draft, application: Application, received: Received, now: datetime) -> None:
    # The case keeps what was said, under its own seal; here only the proof of it stays.
    draft.sealed_content = sealed(draft, Content())
    draft.state, draft.sent_at = DraftState.SENT, now
    draft.case_number, draft.case_url = received.number, received.url
    draft.receipt = receipt(
        token=str(draft.pk),
        item=application.item_slug,
        version=application.item_version,
        digest=application.digest,
        number=received.number,
        at=now,
    )
    draft.revision += 1
    draft.save()
