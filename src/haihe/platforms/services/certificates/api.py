"""What neighbours may use of certificates: cases issue them and let them stand for papers, forms say which are held."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.urls import reverse

from haihe.base.accounts.api import Actor
from haihe.platforms.services.certificates import codes, operations, queries
from haihe.platforms.services.certificates.definitions import (
    CertificateKind,
    HolderKind,
    HolderSource,
    KindField,
    kind_for_item,
    kind_of,
    kinds_for_paper,
)
from haihe.platforms.services.certificates.errors import CertificatesError, TooManyGuesses
from haihe.platforms.services.certificates.guarding import counted
from haihe.platforms.services.certificates.models import Certificate
from haihe.platforms.services.certificates.operations import Holder, cancel_all_of, check_again, note_uses
from haihe.platforms.services.certificates.operations.checking import what
from haihe.platforms.services.certificates.pictures import qr_picture
from haihe.platforms.services.certificates.standing import holds, standing
from haihe.platforms.services.certificates.telling import kind_named
from haihe.platforms.services.certificates.workflow import CertificateState

__all__ = [
    "CertificateInfo",
    "CertificateKind",
    "CertificateState",
    "CertificatesError",
    "Holder",
    "HolderKind",
    "HolderSource",
    "KindField",
    "TooManyGuesses",
    "UseInfo",
    "cancel_all_of",
    "check_again",
    "codes",
    "counted",
    "held_by",
    "issue",
    "issued_in",
    "kind_for_item",
    "kind_of",
    "kinds_for_paper",
    "note_uses",
    "qr_picture",
    "uses_in",
]


@dataclass(frozen=True, slots=True)
class CertificateInfo:
    """A certificate as others may mention it. `url` is its page for the holder, `verify_url` the one for anybody."""

    number: str
    kind: str
    name: str
    state: CertificateState
    valid_until: date | None
    url: str
    verify_url: str


@dataclass(frozen=True, slots=True)
class UseInfo:
    """What stands for one paper of a case; `certificate` None: none was found, and the original is shown."""

    paper: str
    holds: bool
    certificate: CertificateInfo | None


def issue(
    *,
    actor: Actor,
    kind: str,
    holder: Holder,
    fields: Mapping[str, str],
    case_number: str = "",
    valid_until: date | None = None,
    now: datetime,
) -> CertificateInfo:
    """Issue a certificate; see `operations.issue`. Within the caller's transaction."""
    row = operations.issue(
        actor=actor,
        kind=kind,
        holder=holder,
        fields=fields,
        case_number=case_number,
        valid_until=valid_until,
        now=now,
    )
    return _info(row, now)


def held_by(actor: Actor, *, now: datetime) -> Mapping[str, CertificateInfo]:
    """Return by paper (slug) the certificate in the actor's wallet that stands for it."""
    return {paper: _info(row, now) for paper, row in queries.in_wallet(actor, now=now).items()}


def issued_in(case_number: str, *, actor: Actor, now: datetime) -> tuple[CertificateInfo, ...]:
    """Return the certificates that a case issued; `url` "" for those that don't lie in the actor's wallet."""
    mine = set(queries.own_certificates(actor).filter(case_number=case_number).values_list("number", flat=True))
    found = (_info(row, now) for row in queries.issued_in(case_number))
    return tuple(one if one.number in mine else replace(one, url="") for one in found)


def uses_in(case_number: str, *, now: datetime) -> tuple[UseInfo, ...]:
    """Return what stands for the papers of a case, as it is now."""
    return tuple(
        UseInfo(
            use.paper,
            use.certificate is not None and holds(use.certificate, now=now),
            _info(use.certificate, now) if use.certificate else None,
        )
        for use in queries.uses_in(case_number)
    )


def _info(row: Certificate, now: datetime) -> CertificateInfo:
    return CertificateInfo(
        number=row.number,
        kind=row.kind,
        name=kind_named(row.kind),
        state=standing(row, now=now),
        valid_until=row.valid_until,
        url=reverse("certificates:certificate", args=[row.number]),
        verify_url=reverse("certificates:verified", args=[row.number, codes.token_of(what(row))]),
    )
