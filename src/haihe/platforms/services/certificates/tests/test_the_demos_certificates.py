"""The demo's cast has certificates in every state that a visitor should see, planted once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from haihe.base.accounts import demo as people
from haihe.base.keys import api as keys
from haihe.base.notices.models import Notice
from haihe.city.cast import CAST, OFFICERS
from haihe.platforms.services.certificates import demo
from haihe.platforms.services.certificates.models import Certificate
from haihe.platforms.services.certificates.workflow import CertificateState

pytestmark = pytest.mark.django_db


def test_it_is_planted_once_and_shows_what_there_is() -> None:
    now = timezone.now()
    people.plant((*CAST, *OFFICERS), now=now, keyring=keys.keyring())
    assert demo.issue_all(now=now) == 8
    assert demo.issue_all(now=now) == 0
    states = set(Certificate.objects.values_list("state", flat=True))
    assert states == {CertificateState.VALID, CertificateState.EXPIRED, CertificateState.REVOKED}
    news = Notice.objects.filter(kind__startswith="services_certificates", at__gt=now - timedelta(days=90))
    assert not news.exists()
