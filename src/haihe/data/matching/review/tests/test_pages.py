"""The pages of linkage, for those who may and those who may not."""

from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from haihe.base.accounts import demo as people
from haihe.base.accounts.models import User
from haihe.base.keys.api import keyring
from haihe.city.cast import CAST
from haihe.data.exchange import testing as feeding
from haihe.data.matching.review.models import LinkagePair, LinkageRun
from haihe.data.matching.review.tests.world import BASIS, done_run, doubtful, own_list
from haihe.data.matching.testing import CENTRE, PURPOSE, feed, permitted

pytestmark = pytest.mark.django_db


def browser(username: str) -> Browser:
    people.plant(CAST, now=timezone.now(), keyring=keyring())
    made = Browser()
    made.force_login(User.objects.get(username=username))
    return made


def test_a_steward_chooses_purpose_and_registers_and_watches_the_run() -> None:
    now = timezone.now()
    permitted(now=now)
    feed(now=now)
    code = own_list(now=now)
    steward = browser("steward_gjj")
    assert reverse("linkage:start") in steward.get(reverse("linkage:runs")).content.decode()
    page = steward.get(reverse("linkage:start"), {"purpose": PURPOSE}).content.decode()
    assert code in page
    assert feeding.RELIEF in page
    form = {"organisation": CENTRE, "purpose": PURPOSE, "left": code, "right": code, "legal_basis": BASIS}
    assert steward.post(reverse("linkage:start"), form).status_code == 422
    answer = steward.post(reverse("linkage:start"), form | {"right": feeding.RELIEF}, follow=True)
    assert "等待运行" in answer.content.decode()
    assert LinkageRun.objects.get().roles["left"]["phone"] == "phone"


def test_the_run_page_shows_where_rows_went_and_the_queue() -> None:
    run = done_run(now=timezone.now())
    page = browser("steward_gjj").get(reverse("linkage:run", args=[run.number])).content.decode()
    for told in ("已关联", "（25.0%）", "link-curve", "走访名单", "待核对 2"):
        assert told in page
    empty = browser("steward_gjj").get(reverse("linkage:run", args=[run.number]), {"state": "SAME"})
    assert "没有要核对的" in empty.content.decode()


def test_a_pair_says_why_and_shows_who_only_after_the_look_is_recorded() -> None:
    pair = doubtful(now=timezone.now())
    steward, where = browser("steward_gjj"), reverse("linkage:pair", args=[pair.pk])
    before = steward.get(where).content.decode()
    assert "link-SUM" in before
    assert "張建國" not in before
    shown = steward.post(reverse("linkage:show", args=[pair.pk])).content.decode()
    assert "張建國" in shown
    assert "使用记录" in shown
    assert "張建國" not in steward.get(where).content.decode()
    assert steward.post(reverse("linkage:judge", args=[pair.pk]), {"verdict": "maybe"}).status_code == 422
    steward.post(reverse("linkage:judge", args=[pair.pk]), {"verdict": "same"})
    assert "您已经核对过" in steward.get(where).content.decode()
    browser("approver_gjj").post(reverse("linkage:judge", args=[pair.pk]), {"verdict": "same"})
    assert LinkagePair.objects.get(pk=pair.pk).state == "SAME"
    assert "记录并查看" not in steward.get(where).content.decode()


@pytest.mark.parametrize(
    ("username", "runs", "pair"), [("steward_mzj", 404, 404), ("operator", 200, 403), ("outsider", 404, 404)]
)
def test_who_sees_what(username: str, runs: int, pair: int) -> None:
    found = doubtful(now=timezone.now())
    other = browser(username)
    assert other.get(reverse("linkage:run", args=[found.run.number])).status_code == runs
    assert other.get(reverse("linkage:pair", args=[found.pk])).status_code == pair
    assert other.post(reverse("linkage:show", args=[found.pk])).status_code == pair
    assert browser("steward_gjj").get(reverse("linkage:pair", args=[uuid4()])).status_code == 404
