"""Reads. Who may know of a certificate is decided here: its holder or keeper, and officers of the issuer."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q, QuerySet, Sum

from haihe.base.accounts.api import Actor, Role
from haihe.platforms.services.certificates.definitions import shipped
from haihe.platforms.services.certificates.errors import CertificateNotFound
from haihe.platforms.services.certificates.models import Certificate, CertificateProposal, CertificateUse
from haihe.platforms.services.certificates.standing import holds
from haihe.platforms.services.certificates.workflow import CertificateState, ProposalState

OFFICERS = (Role.CLERK, Role.APPROVER)


def own_certificates(actor: Actor) -> QuerySet[Certificate]:
    """Return what lies in the actor's wallet: their own, and those of organisations that they keep."""
    if actor.subject_key is None or not actor.has(Role.CITIZEN):
        return Certificate.objects.none()
    return Certificate.objects.filter(_lies_with(actor.subject_key))


def own_certificate(actor: Actor, number: str) -> Certificate:
    """Raises: CertificateNotFound, for a forged number and for another's alike."""
    return _one(own_certificates(actor), number)


def desk_certificates(actor: Actor) -> QuerySet[Certificate]:
    """Return what the actor's bodies issued."""
    return Certificate.objects.filter(issuer__in=actor.organisations(*OFFICERS))


def desk_certificate(actor: Actor, number: str) -> Certificate:
    """Raises: CertificateNotFound."""
    return _one(desk_certificates(actor), number)


def parts_in(actor: Actor, row: Certificate) -> frozenset[str]:
    """Return the roles in which the actor acts on it. Nobody acts on their own certificate as an officer (回避)."""
    if actor.subject_key is not None and actor.subject_key in _keys(row):
        return frozenset()
    return frozenset(str(role) for role in OFFICERS if actor.has(role, row.issuer))


def open_proposal(row: Certificate) -> CertificateProposal | None:
    return row.proposals.filter(state=ProposalState.OPEN).first()


def times_checked(row: Certificate) -> int:
    """Count how often strangers checked it."""
    return row.looks.aggregate(all=Sum("times"))["all"] or 0


def held(subject_key: bytes, *, now: datetime) -> Mapping[str, Certificate]:
    """Return by paper the certificate that stands for it: one's own before what one keeps, and the newest."""
    rows = Certificate.objects.filter(_lies_with(subject_key), state=CertificateState.VALID)
    in_order = sorted(rows, key=lambda row: (bytes(row.subject_key) == subject_key, row.issued_at))
    return {paper: row for row in in_order if holds(row, now=now) for paper in _papers(row)}


def in_wallet(actor: Actor, *, now: datetime) -> Mapping[str, Certificate]:
    """Return by paper what in the actor's wallet stands for it."""
    return held(actor.subject_key, now=now) if actor.subject_key and actor.has(Role.CITIZEN) else {}


def _lies_with(subject_key: bytes) -> Q:
    return Q(subject_key=subject_key) | Q(keeper_key=subject_key)


def uses_in(case_number: str) -> list[CertificateUse]:
    """Return what stands for the papers of a case that certificates may stand for."""
    return list(CertificateUse.objects.filter(case_number=case_number).select_related("certificate"))


def issued_in(case_number: str) -> list[Certificate]:
    """Return the certificates that a case issued."""
    return list(Certificate.objects.filter(case_number=case_number).order_by("id"))


def _papers(row: Certificate) -> tuple[str, ...]:
    kind = shipped().get(row.kind)
    return kind.papers if kind else ()


def _keys(row: Certificate) -> set[bytes]:
    return {bytes(row.subject_key), *([bytes(row.keeper_key)] if row.keeper_key else ())}


def _one(rows: QuerySet[Certificate], number: str) -> Certificate:
    found = rows.filter(number=number.replace("\x00", "")).first()
    if found is None:
        raise CertificateNotFound
    return found
