"""Certificates that stand for papers of a case: found when it is opened, looked at again when it is accepted."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from haihe.base.accounts.api import SYSTEM
from haihe.platforms.services.certificates.models import Certificate, CertificateUse
from haihe.platforms.services.certificates.operations.moving import record
from haihe.platforms.services.certificates.queries import held
from haihe.platforms.services.certificates.standing import holds


@transaction.atomic
def note_uses(
    *, case_number: str, organisation: str, papers: Iterable[str], subjects: Sequence[bytes], now: datetime
) -> int:
    """Write down for each paper which certificate stands for it, if one does; return how many do.

    `subjects` are the keys of those whose certificates count, the one whose matter it is first.
    """
    found = held(subjects, now=now)
    uses = [CertificateUse(case_number=case_number, paper=paper, checked_at=now) for paper in papers]
    for use in uses:
        use.certificate = found.get(use.paper)
        use.holds = use.certificate is not None
        _record_use(use, organisation, now)
    CertificateUse.objects.bulk_create(uses, ignore_conflicts=True)
    return sum(use.holds for use in uses)


@transaction.atomic
def check_again(*, case_number: str, now: datetime) -> list[CertificateUse]:
    """Look again at each certificate that stood for a paper; return those that don't hold any more."""
    uses = CertificateUse.objects.select_for_update(of=("self",)).filter(case_number=case_number)
    lapsed = []
    for use in uses.filter(certificate__isnull=False).select_related("certificate"):
        if use.certificate is None:
            raise TypeError("the rows were asked for with a certificate")
        use.holds, use.checked_at = holds(_fresh(use.certificate), now=now), now
        use.save(update_fields=["holds", "checked_at"])
        if not use.holds:
            lapsed.append(use)
    return lapsed


def _fresh(row: Certificate) -> Certificate:
    """Read it under a lock: it isn't taken away while a case is accepted on it."""
    return Certificate.objects.select_for_update().get(pk=row.pk)


def _record_use(use: CertificateUse, organisation: str, now: datetime) -> None:
    if use.certificate is not None:
        facts = {"case": use.case_number, "organisation": organisation}
        record(use.certificate, "use", actor=SYSTEM, now=now, facts=facts)
