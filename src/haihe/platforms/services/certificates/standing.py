"""Whether a certificate holds on a day, whatever the sweep has written down so far."""

from datetime import date, datetime

from django.utils import timezone

from haihe.platforms.services.certificates.models import Certificate
from haihe.platforms.services.certificates.workflow import ENDABLE, CertificateState


def standing(certificate: Certificate, *, now: datetime) -> CertificateState:
    """Return its state; one whose term is over is EXPIRED from the next day on."""
    state = CertificateState(certificate.state)
    return CertificateState.EXPIRED if state in ENDABLE and is_over(certificate, timezone.localdate(now)) else state


def holds(certificate: Certificate, *, now: datetime) -> bool:
    return standing(certificate, now=now) is CertificateState.VALID


def is_over(certificate: Certificate, today: date) -> bool:
    return certificate.valid_until is not None and certificate.valid_until < today
