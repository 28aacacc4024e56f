"""What became of the demo's datasets: versions, suspensions, a withdrawal, and an application in every state."""

from datetime import datetime

import pytest
from django.utils import timezone

from haihe.base.accounts.api import SYSTEM
from haihe.data.open import queries
from haihe.data.open.demo import life, plant
from haihe.data.open.demo.making import table
from haihe.data.open.demo.registry import former, planned
from haihe.data.open.demo.revising import REVISED
from haihe.data.open.gate import looking
from haihe.data.open.models import AccessKey, Dataset
from haihe.data.open.operations import build_waiting
from haihe.data.open.sources import typed
from haihe.data.open.tests.test_pages import address, browser, text
from haihe.data.open.tests.test_the_demo import as_facts
from haihe.data.sharing import api as sharing
from haihe.data.sharing.workflow_opening import OpeningState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lake")]


@pytest.fixture
def now() -> datetime:
    """The clock's: pages say of a key how long it holds from then on."""
    return timezone.now()


@pytest.fixture
def planted(now: datetime) -> None:
    for _again in range(2):
        for module in (plant, life.plant):
            module(scale=0.001, now=now, progress=lambda what, share: None)


def test_there_is_one_of_each_and_the_figures_stay_the_articles(planted: None) -> None:
    states = dict(Dataset.objects.filter(slug__in=former()).values_list("slug", "state"))
    suspended = dict.fromkeys(("relief-stations", "allowance-offices"), "SUSPENDED")
    assert states == suspended | {"street-name-signs": "WITHDRAWN"}
    assert not former().keys() & planned().keys()
    assert queries.six_figures().datasets == 391
    versions = [
        (one.number, one.state, one.is_current, one.added, one.removed)
        for one in Dataset.objects.get(slug=REVISED).versions.order_by("number")
    ]
    assert versions == [(1, "READY", False, None, None), (2, "READY", False, 2, 2), (3, "READY", True, 2, 2)]
    assert "修改 5 行" in text(browser(""), "changes", REVISED, 3)
    assert "不再单独提供" in browser("").get(address("dataset", "street-name-signs")).content.decode()
    assert "核对后恢复" in text(browser(""), "dataset", "relief-stations")


def test_applications_stand_in_every_state_and_keys_too(planted: None) -> None:
    openings = sharing.openings(SYSTEM)
    assert {one.state for one in openings} == set(OpeningState.values)
    assert len(openings) == len(OpeningState.values)
    granted = {one.state: len(one.columns) for one in openings if one.columns}
    assert granted["SUSPENDED"] == 3
    for username, words in (("wang", ("已停用", "有效")), ("liu", ("即将到期", "已更换，将停用"))):
        shown = text(browser(username), "developer")
        assert all(word in shown for word in words), username
    assert AccessKey.objects.filter(revoked_at__isnull=False).count() == 1


def test_those_that_ended_would_pass_the_gate(planted: None, now: datetime) -> None:
    for one in former().values():
        facts = as_facts(one)
        report = looking.check(typed(table(one, rows=40, today=timezone.localdate(now)), facts.columns), facts)
        assert report.passed, (one.slug, report.findings)
    assert build_waiting(now=now, limit=len(former())) == len(former())
