"""What faces answer is in the table of uses and in what counters tell, so that both add up."""

import pytest
from django.utils import timezone

from haihe.data.open import counting
from haihe.data.open.faces.askers import Asker
from haihe.data.open.faces.calls import count_use
from haihe.data.open.models import DatasetUsage
from haihe.data.open.models.usage import UsageKind
from haihe.data.open.statistics import queries
from haihe.data.open.tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("published")]


@pytest.mark.parametrize("kind", [UsageKind.CALL, UsageKind.DOWNLOAD])
def test_what_faces_answer_adds_up_with_what_counters_tell(kind: UsageKind) -> None:
    count_use(Asker(counting.Asker.at("192.0.2.1")), "canteens", kind, now=NOW)
    assert DatasetUsage.objects.get(kind=kind).count == 1
    today = timezone.localdate(NOW)
    assert queries.unexplained(since=today, until=today) == 0
