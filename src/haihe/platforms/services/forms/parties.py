"""Who applies, for whom, and on what that rests: read from the values of the shared sections."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later

from haihe.base.keys import api as keys
from haihe.kernel.identifiers import parse_id_number
from haihe.kernel.keyring import fold_name
from haihe.platforms.services.forms.accounts import ACTING, SELF, Person
from haihe.platforms.services.forms.cleaning import Path
from haihe.platforms.services.forms.content import ProofKept
from haihe.platforms.services.forms.models import Delegation
from haihe.platforms.services.forms.ports import Behalf, Party, PartyKind
from haihe.platforms.services.forms.strokes import is_drawn

ADULT: Final = 18
FAMILY, GUARDIAN, AGENT = "FAMILY", "GUARDIAN", "AGENT"
PARENT: Final = "PARENT"
LEGAL_REPRESENTATIVE, ORGANISATION_AGENT = "LEGAL_REPRESENTATIVE", "ORGANISATION_AGENT"


def parties(values: Mapping[str, Any], person: Person | None) -> tuple[Party | None, Behalf | None]:
    """Return who applies and in whose place they act. None where the form doesn't say and nobody signed in."""
    if "credit_code" in values and "handler_role" in values:
        return _of_organisation(values)
    named = _person(values, "applicant_name", "applicant_id_number") or _signed_in(person)
    if values.get(ACTING, SELF) == SELF:
        return named, None
    acts = _person(values, "agent_name", "agent_id_number")
    return acts, Behalf(named, values[ACTING], _rests_on(values)) if named else None


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a register could show: that `acts` may act for the other in this relation."""

    relation: str
    acts: Party
    for_whom: Party

    @property
    def about(self) -> str:
        """Names the pair and the relation, sealed with the draft."""
        return f"{self.relation}:{self.acts.number}:{self.for_whom.number}"


def claim_of(values: Mapping[str, Any], person: Person | None) -> Claimed | None:
    """Return what has to be shown by a register or a paper; None at the window, where a clerk looks at the papers."""
    applicant, behalf = parties(values, person)
    if person is None or applicant is None or behalf is None:
        return None
    if behalf.relation == GUARDIAN and values.get("guardian_relation") == PARENT:
        return Claimed(GUARDIAN, applicant, behalf.party)
    if behalf.relation == LEGAL_REPRESENTATIVE:
        return Claimed(LEGAL_REPRESENTATIVE, applicant, behalf.party)
    if behalf.relation == ORGANISATION_AGENT:
        head = _person(values, "legal_representative_name", "legal_representative_id_number")
        return Claimed(ORGANISATION_AGENT, head, behalf.party) if head else None
    return None


def complaints(
    values: Mapping[str, Any],
    *,
    person: Person | None,
    item: str,
    today: date,
    proofs: Iterable[ProofKept] = (),
) -> dict[Path, str]:
    """Tell by field why one may not act like this. `proofs` is what registers said."""
    applicant, behalf = parties(values, person)
    if applicant is None:
        return {("applicant_id_number",): _("请填写申请人。")}
    told = _of_who_signed_in(values, applicant, person)
    if behalf is not None and not told:
        told = _CHECKS[behalf.relation](values, applicant, behalf, item, today)
    return told or _without_proof(values, person, proofs)


def proof_for(claim: Claimed | None, proofs: Iterable[ProofKept]) -> ProofKept | None:
    return next((one for one in proofs if claim is not None and one.about == claim.about), None)


def _without_proof(values: Mapping[str, Any], person: Person | None, proofs: Iterable[ProofKept]) -> dict[Path, str]:
    """Ask for the paper where no register shows it; what a register says is never a refusal by itself."""
    if person is not None and values.get(ACTING) == GUARDIAN and values.get("guardian_relation") != PARENT:
        return {} if values.get("guardian_proof") else {("guardian_proof",): _("请上传监护关系证明。")}
    claim = claim_of(values, person)
    proof = proof_for(claim, proofs)
    if claim is None or (proof and proof.holds):
        return {}
    field, told = _PAPERS[claim.relation]
    if values.get(field) or (claim.relation == ORGANISATION_AGENT and proof is None):
        return {}
    return {(field,): str(told)}


def delegation_between(giver: str, holder: str, *, item: str, today: date) -> Delegation | None:
    """Return what lets the holder act for the giver in an item on a day; both are identity numbers."""
    ring = keys.keyring()
    # Locked: taking it back and acting on it come one after the other.
    rows = Delegation.objects.select_for_update().filter(
        giver_key=ring.subject_key(giver), holder_key=ring.subject_key(holder), revoked_at__isnull=True
    )
    return rows.filter(valid_until__gte=today, item_slug__in=("", item)).first()


@dataclass(frozen=True, slots=True)
class Held:
    """That somebody lets a person act for them; `item` is "" where it holds in all matters."""

    giver_key: bytes
    item: str


def delegations_held(holder_key: bytes, *, on: date) -> list[Held]:
    """Return who lets the person with this key act for them on a day."""
    rows = Delegation.objects.filter(holder_key=holder_key, revoked_at__isnull=True, valid_until__gte=on)
    return [Held(bytes(giver), item) for giver, item in rows.values_list("giver_key", "item_slug")]


def signer_name(values: Mapping[str, Any], person: Person | None) -> str:
    """Return whose name has to stand in the signature."""
    applicant, _behalf = parties(values, person)
    return applicant.name if applicant else ""


def _of_organisation(values: Mapping[str, Any]) -> tuple[Party | None, Behalf | None]:
    whole = Party(PartyKind.ORGANISATION, values.get("organisation_name", ""), values["credit_code"])
    if values["handler_role"] == AGENT:
        acts = _person(values, "handler_name", "handler_id_number")
        return acts, Behalf(whole, ORGANISATION_AGENT, "handler_authorisation")
    acts = _person(values, "legal_representative_name", "legal_representative_id_number")
    return acts, Behalf(whole, LEGAL_REPRESENTATIVE)


def _person(values: Mapping[str, Any], name: str, number: str) -> Party | None:
    if name not in values or number not in values:
        return None
    return Party(PartyKind.PERSON, values[name], values[number])


def _signed_in(person: Person | None) -> Party | None:
    return Party(PartyKind.PERSON, person.name, person.id_number) if person else None


def _rests_on(values: Mapping[str, Any]) -> str:
    return {AGENT: "authorisation", GUARDIAN: "guardian_proof", FAMILY: "delegation"}.get(values[ACTING], "")


def _of_who_signed_in(values: Mapping[str, Any], applicant: Party, person: Person | None) -> dict[Path, str]:
    """On the phone, whoever applies is who signed in: a name alone is no proof."""
    if person is None or applicant.number == person.id_number:
        return {}
    field = "legal_representative_id_number" if "handler_role" in values else "applicant_id_number"
    return {(field,): _("这里填的不是登录的本人。替别人办理的，请在前面选择代办关系。")}


def _of_family(_values: Mapping[str, Any], applicant: Party, behalf: Behalf, item: str, today: date) -> dict[Path, str]:
    if (told := _of_two(applicant, behalf)) or delegation_between(
        behalf.party.number, applicant.number, item=item, today=today
    ):
        return told
    return {
        (ACTING,): _("没有查到对方给您的授权。请对方登录后在“亲友代办授权”里授权给您，或选择“受委托代办”上传委托书。")
    }


def _of_guardian(
    values: Mapping[str, Any], applicant: Party, behalf: Behalf, _item: str, today: date
) -> dict[Path, str]:
    if told := _of_two(applicant, behalf):
        return told
    if not _is_adult(applicant.number, today):
        return {(ACTING,): _("监护人须年满 18 周岁，请由其他监护人办理。")}
    if values.get("guardian_relation") == PARENT and _is_adult(behalf.party.number, today):
        return {
            (ACTING,): _("对方已年满 18 周岁。请由本人办理或授权给您；无民事行为能力的，请由依法指定的监护人办理。")
        }
    return {}


def _of_agent(
    _values: Mapping[str, Any], applicant: Party, behalf: Behalf, _item: str, _today: date
) -> dict[Path, str]:
    return _of_two(applicant, behalf)


def _of_organisations(
    _values: Mapping[str, Any], _applicant: Party, _behalf: Behalf, _item: str, _today: date
) -> dict[Path, str]:
    return {}


def _of_two(applicant: Party, behalf: Behalf) -> dict[Path, str]:
    if applicant.number == behalf.party.number:
        return {(ACTING,): _("申请人就是您自己，请选择“本人办理”。")}
    return {}


def _is_adult(id_number: str, today: date) -> bool:
    born = parse_id_number(id_number).birth_date
    return (today.year - born.year, today.month, today.day) >= (ADULT, born.month, born.day)


_PAPERS: Final = {
    GUARDIAN: (
        "guardian_proof",
        _later("没有查到您和孩子是同一户的父母子女，请在“谁来办理”里上传出生医学证明或者户口簿。"),
    ),
    LEGAL_REPRESENTATIVE: (
        "representative_proof",
        _later("没有查到您是这家单位的法定代表人，请在“申请单位”里上传营业执照或者登记证书。"),
    ),
    ORGANISATION_AGENT: (
        "representative_proof",
        _later("登记的法定代表人和您填的不一样，请核对；登记有误的，请在“申请单位”里上传营业执照。"),
    ),
}
"""Which paper stands for what a register doesn't show."""
_CHECKS: Final = {
    FAMILY: _of_family,
    GUARDIAN: _of_guardian,
    AGENT: _of_agent,
    LEGAL_REPRESENTATIVE: _of_organisations,
    ORGANISATION_AGENT: _of_organisations,
}


def is_signed_by(values: Mapping[str, Any], signature: str, person: Person | None) -> bool:
    """Say whether it is signed by who applies: a typed name has to be theirs. Who drew is known by the sign-in, or by
    the clerk before whom it was drawn.
    """
    name = signer_name(values, person)
    return bool(name) and (is_drawn(signature) or fold_name(signature) == fold_name(name))
