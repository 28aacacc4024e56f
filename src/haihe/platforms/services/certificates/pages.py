"""What each page of certificates shows, as data."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, Role
from haihe.city import api as city
from haihe.kernel.certificate_document import Document
from haihe.platforms.services.certificates import codes, queries, sealing
from haihe.platforms.services.certificates.definitions import HolderKind, shipped
from haihe.platforms.services.certificates.models import Certificate, CertificateEvent, CertificateProposal
from haihe.platforms.services.certificates.operations.checking import what
from haihe.platforms.services.certificates.pictures import qr_picture
from haihe.platforms.services.certificates.standing import standing
from haihe.platforms.services.certificates.telling import kind_named
from haihe.platforms.services.certificates.workflow import BY_TWO, CERTIFICATE, LABELS, TOLD, CertificateState

_TONES: Final = {
    CertificateState.VALID: "success",
    CertificateState.SUSPENDED: "warning",
    CertificateState.EXPIRED: "neutral",
    CertificateState.REVOKED: "danger",
    CertificateState.CANCELLED: "neutral",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether it holds, as a badge says it."""

    state: CertificateState

    @property
    def tone(self) -> str:
        return _TONES[self.state]

    @property
    def label(self) -> str:
        return str(self.state.label)

    @property
    def holds(self) -> bool:
        return self.state is CertificateState.VALID


@dataclass(frozen=True, slots=True)
class Row:
    """A certificate in a list."""

    certificate: Certificate
    name: str
    issuer: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a certificate's history."""

    at: datetime
    title: str
    who: str
    detail: str
    tone: str = "info"


@dataclass(frozen=True, slots=True)
class CertificatePage:
    """A certificate for its holder: all of it, with what a stranger needs to check it."""

    certificate: Certificate
    name: str
    issuer: str
    standing: Standing
    document: Document
    fields: tuple[tuple[str, str], ...]
    code: str
    address: str
    picture: SafeString
    lines: tuple[Line, ...]
    times_checked: int

    @property
    def is_of_a_person(self) -> bool:
        return self.certificate.holder_kind == HolderKind.PERSON


@dataclass(frozen=True, slots=True)
class VerifiedPage:
    """What a stranger is told: whether it holds, and what is masked."""

    certificate: Certificate
    name: str
    issuer: str
    standing: Standing
    fields: tuple[tuple[str, str], ...]
    checked_at: datetime
    says: str


@dataclass(frozen=True, slots=True)
class DeskPage:
    """A certificate at the desk of its issuer: masked until it is opened for a reason."""

    certificate: Certificate
    name: str
    standing: Standing
    fields: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    moves: tuple[tuple[str, str], ...]
    proposal: CertificateProposal | None
    proposed: str
    may_decide: bool
    may_open: bool
    opened: Document | None


def row_of(certificate: Certificate, *, now: datetime) -> Row:
    return Row(certificate, kind_named(certificate.kind), _issuer(certificate), _standing(certificate, now))


def certificate_page(certificate: Certificate, *, base: str, now: datetime) -> CertificatePage:
    """Gather a certificate for its holder. `base` is where this installation is reached."""
    document = sealing.document_of(certificate)
    address = f"{base}{reverse('certificates:verified', args=[certificate.number, codes.token_of(what(certificate))])}"
    name = kind_named(certificate.kind)
    return CertificatePage(
        certificate=certificate,
        name=name,
        issuer=_issuer(certificate),
        standing=_standing(certificate, now),
        document=document,
        fields=tuple(_labelled(certificate, document.fields)),
        code=codes.code_of(what(certificate)),
        address=address,
        picture=qr_picture(address, title=_("%(name)s的核验二维码") % {"name": name}),
        lines=tuple(_line(event) for event in certificate.events.order_by("-id")),
        times_checked=queries.times_checked(certificate),
    )


def verified_page(certificate: Certificate, *, now: datetime) -> VerifiedPage:
    found = _standing(certificate, now)
    return VerifiedPage(
        certificate=certificate,
        name=kind_named(certificate.kind),
        issuer=_issuer(certificate),
        standing=found,
        fields=tuple(_labelled(certificate, certificate.shown)),
        checked_at=now,
        says=_says(found.state),
    )


def desk_page(certificate: Certificate, actor: Actor, *, now: datetime, opened: Document | None = None) -> DeskPage:
    parts, proposal = queries.parts_in(actor, certificate), queries.open_proposal(certificate)
    shown = opened.fields if opened else certificate.shown
    return DeskPage(
        certificate=certificate,
        name=kind_named(certificate.kind),
        standing=_standing(certificate, now),
        fields=tuple(_labelled(certificate, shown)),
        lines=tuple(_line(event) for event in certificate.events.order_by("-id")),
        moves=tuple(_moves(certificate, parts, proposal)),
        proposal=proposal,
        proposed=str(TOLD[proposal.move]) if proposal else "",
        may_decide=proposal is not None and Role.APPROVER in parts and actor.user_id != proposal.proposed_by,
        may_open=bool(parts),
        opened=opened,
    )


def _moves(
    certificate: Certificate, parts: frozenset[str], proposal: CertificateProposal | None
) -> Iterator[tuple[str, str]]:
    """Return what this officer may do; to propose is for clerks too, and one proposal is enough."""
    for move in CERTIFICATE.moves:
        by_two = move.name in BY_TWO
        if certificate.state not in move.sources or move.name not in LABELS or (by_two and proposal):
            continue
        if parts if by_two else parts & set(move.roles):
            yield move.name, str(LABELS[move.name])


def _says(state: CertificateState) -> str:
    return {
        CertificateState.VALID: _("这份证照是真的，现在有效。"),
        CertificateState.SUSPENDED: _("这份证照是真的，但正在暂扣，现在不能凭它办事。"),
        CertificateState.EXPIRED: _("这份证照是真的，但有效期已过。"),
        CertificateState.REVOKED: _("这份证照已被撤销，不再有效。"),
        CertificateState.CANCELLED: _("这份证照已经注销，不再有效。"),
    }[state]


def _line(event: CertificateEvent) -> Line:
    who = event.actor_name
    detail = event.words or (_(event.clause) if event.clause else "")
    if "by" in event.facts:
        detail = _("由 %(number)s 取代") % {"number": event.facts["by"]}
    elif event.facts.get("case"):
        detail = _case_told(event)
    tone = {"suspend": "warning", "revoke": "danger", "issue": "success", "resume": "success"}.get(event.name, "info")
    return Line(event.at, str(TOLD.get(event.name, event.name)), who, detail, tone)


def _case_told(event: CertificateEvent) -> str:
    number = _("办件 %(number)s") % {"number": event.facts["case"]}
    organisation = city.organisation(str(event.facts.get("organisation", "")))
    return f"{number} · {organisation.name}" if organisation else number


def _labelled(certificate: Certificate, fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    kind = shipped().get(certificate.kind)
    for name, value in fields.items():
        known = kind.field(name) if kind else None
        yield (str(known.label) if known else name), value


def _issuer(certificate: Certificate) -> str:
    found = city.organisation(certificate.issuer)
    in_english = (get_language() or "").startswith("en")
    return ((found.name_en if in_english else "") or found.name) if found else certificate.issuer


def _standing(certificate: Certificate, now: datetime) -> Standing:
    return Standing(standing(certificate, now=now))
