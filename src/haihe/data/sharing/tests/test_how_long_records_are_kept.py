"""The data centre says how long records of use are kept: in the open, with a reason, never shorter than the law."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from haihe.base.accounts.api import NotPermitted
from haihe.base.accounts.testing import make_user
from haihe.city import cast
from haihe.data.sharing import operations
from haihe.data.sharing.errors import InputRefused
from haihe.data.sharing.models import UsageRetention
from haihe.data.sharing.queries.usage import retention_months
from haihe.data.sharing.testing import NOW, cast_actor

pytestmark = pytest.mark.django_db
CLOCKS, RETENTION = reverse("sharing:clocks"), reverse("sharing:usage-retention")


def browser(username: str) -> Browser:
    made = Browser()
    made.force_login(make_user(username, *cast.person(username).memberships))
    return made


def test_the_law_holds_where_nobody_said_anything() -> None:
    page = browser("outsider").get(CLOCKS).content.decode()
    assert "现在保存 36 个月" in page
    assert "第29条" in page
    assert RETENTION not in page


def test_the_data_centre_keeps_them_longer_and_everybody_reads_why() -> None:
    centre = browser("operator")
    assert RETENTION in centre.get(CLOCKS).content.decode()
    assert centre.post(RETENTION, {"months": "60", "why": "审计要求"}).status_code == 302
    assert retention_months() == 60
    page = browser("steward_gjj").get(CLOCKS).content.decode()
    assert "现在保存 60 个月" in page
    assert "审计要求" in page


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"months": "35", "why": "省地方"}, "36"),
        ({"months": "1201", "why": "永远"}, "1200"),
        ({"months": "60", "why": ""}, "这个字段是必填项"),
        ({"months": "sixty", "why": "审计要求"}, "输入整数"),
    ],
)
def test_less_than_the_law_or_without_a_reason_it_is_refused(form: dict[str, str], told: str) -> None:
    answer = browser("operator").post(RETENTION, form)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not UsageRetention.objects.exists()


@pytest.mark.parametrize(("months", "reason"), [(35, "理由"), (1201, "理由"), (60, " ")])
def test_programs_are_held_to_it_too(months: int, reason: str) -> None:
    with pytest.raises(InputRefused):
        operations.set_retention(actor=cast_actor("operator"), months=months, reason=reason, now=NOW)
    with pytest.raises(NotPermitted):
        operations.set_retention(actor=cast_actor("approver_mzj"), months=60, reason="理由", now=NOW)


def test_the_same_again_is_no_news() -> None:
    for _ in range(2):
        operations.set_retention(actor=cast_actor("operator"), months=48, reason="审计要求", now=NOW)
    assert UsageRetention.objects.count() == 1
