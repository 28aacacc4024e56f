"""Certificates that stand for papers of a case: found when it is opened, looked at again when it is accepted."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from haihe.base.accounts.api import SYSTEM
from haihe.platforms.services.certificates.models import Certificate, CertificateUse
from haihe.platforms.services.certificates.operations.moving import record
from haihe.platforms.services.certificates.queries import held
from haihe.platforms.services.certificates.standing import holds


@transaction.atomic
def note_uses(*, case_number: str, organisation: str, papers: Iterable[str], subject_key: bytes, now: datetime) -> int:
    """Write down for each paper which certificate stands for it, if one does; return how many do.

    What counts is held by the one whose matter it is, or kept by them for a body.
    """
    found = held(subject_key, now=now)
    uses = [CertificateUse(case_number=case_number, paper=paper, checked_at=now) for paper in papers]
    for use in uses:
        use.certificate = found.get(use.paper)
        use.holds = use.certificate is not None
        _record_use(use, organisation, now)
    CertificateUse.objects.bulk_create(uses, ignore_conflicts=True)
    return sum(use.holds for use in uses)


@transaction.atomic
def check_again(*, case_number: str, organisation: str, subject_key: bytes, now: datetime) -> list[CertificateUse]:
    """Look again at each certificate that stood for a paper; return those that don't hold any more.

    Where none was found, what is held by now counts.
    """
    uses = list(CertificateUse.objects.select_for_update().filter(case_number=case_number))
    found = held(subject_key, now=now) if any(use.certificate_id is None for use in uses) else {}
    for use in uses:
        if use.certificate_id is None and (use.paper in found):
            use.certificate = found[use.paper]
            _record_use(use, organisation, now)
        use.holds, use.checked_at = _holds(use, now), now
        use.save(update_fields=["certificate", "holds", "checked_at"])
    return [use for use in uses if use.certificate_id is not None and not use.holds]


def _holds(use: CertificateUse, now: datetime) -> bool:
    """Read it under a lock: it isn't taken away while a case is accepted on it."""
    if use.certificate_id is None:
        return False
    return holds(Certificate.objects.select_for_update().get(pk=use.certificate_id), now=now)


def _record_use(use: CertificateUse, organisation: str, now: datetime) -> None:
    if use.certificate is not None:
        facts = {"case": use.case_number, "organisation": organisation}
        record(use.certificate, "use", actor=SYSTEM, now=now, facts=facts)
