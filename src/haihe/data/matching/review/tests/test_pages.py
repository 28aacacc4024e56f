"""The pages of linkage, for those who may and those who may not."""

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
    page = steward.get(reverse("linkage:start"), form | {"right": feeding.RELIEF}).content.decode()
    assert '<option value="phone" selected>联系电话</option>' in page
    answer = steward.post(reverse("linkage:start"), form | {"right": feeding.RELIEF}, follow=True)
    assert "等待运行" in answer.content.decode()
    run = LinkageRun.objects.get()
    assert run.roles["left"]["phone"] == "phone"
    live = steward.get(reverse("linkage:run-live", args=[run.number]))
    assert "正在排队" in live.content.decode()
    assert "HX-Refresh" not in live
    steward.post(reverse("linkage:cancel", args=[run.number]))
    assert steward.get(reverse("linkage:run-live", args=[run.number]))["HX-Refresh"] == "true"


def test_a_threshold_is_moved_on_the_picture_and_the_next_run_begins_with_it() -> None:
    run = done_run(now=timezone.now())
    steward, where = browser("steward_gjj"), reverse("linkage:run", args=[run.number])
    page = steward.get(where, {"link": "30"}).content.decode()
    assert "link-moved" in page
    assert "关联 -1 行，待人核对 1 行" in page
    assert "重新关联" not in steward.get(where).content.decode()
    assert "link-moved" not in steward.get(where, {"link": "nothing"}).content.decode()
    again = steward.get(reverse("linkage:start"), {"again": run.number, "link": "30"}).content.decode()
    assert 'value="30"' in again
    assert browser("steward_mzj").get(reverse("linkage:start"), {"again": run.number}).status_code == 404


def test_what_people_decide_shows_among_the_persons() -> None:
    pair = doubtful(now=timezone.now())
    where = reverse("linkage:persons", args=[pair.run.number])
    assert "还没有" in browser("steward_gjj").get(where).content.decode()
    for username in ("steward_gjj", "approver_gjj"):
        browser(username).post(reverse("linkage:judge", args=[pair.pk]), {"verdict": "same"})
    page = browser("steward_gjj").get(where).content.decode()
    assert "人的意见" in page
    assert f"第 {pair.left_line} 行" in page


def test_the_run_page_shows_where_rows_went_and_the_queue() -> None:
    run = done_run(now=timezone.now())
    page = browser("steward_gjj").get(reverse("linkage:run", args=[run.number])).content.decode()
    for told in ("已关联", "25.0%", "link-curve", "走访名单", "待核对 2"):
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
    following = steward.post(reverse("linkage:judge", args=[pair.pk]), {"verdict": "same"})
    assert following.headers["Location"] == reverse("linkage:pair", args=[pair.run.pairs.exclude(pk=pair.pk).get().pk])
    assert "您已经核对过" in steward.get(where).content.decode()
    browser("approver_gjj").post(reverse("linkage:judge", args=[pair.pk]), {"verdict": "same"})
    assert LinkagePair.objects.get(pk=pair.pk).state == "SAME"
    assert "记录并查看" not in steward.get(where).content.decode()
