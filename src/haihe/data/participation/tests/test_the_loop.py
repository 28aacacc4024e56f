"""The loop on pages: need → association → department → plan → published → reuse → vouched → feedback."""

import io
import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from haihe.base.notices.models import Notice
from haihe.base.outbox.models import Event
from haihe.data.open import operations as opening
from haihe.data.open.tests.test_opening_a_dataset import NEW, hide
from haihe.data.participation import api, queries
from haihe.data.participation.heard import keep_promises
from haihe.data.participation.models import Association, Bundle, DataRequest, PlanEntry, Reuse
from haihe.data.participation.tests.conftest import NOW, address, browser, person

pytestmark = pytest.mark.django_db


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def picture() -> SimpleUploadedFile:
    file = io.BytesIO()
    Image.new("RGB", (1600, 900), "navy").save(file, "PNG")
    return SimpleUploadedFile("图.png", file.getvalue(), content_type="image/png")


def test_from_a_members_need_to_feedback(canteens: str, association: Association) -> None:
    liu, zhang, operator = browser("liu"), browser("zhang"), browser("operator")
    steward, clerk = browser("steward_mzj"), browser("clerk_xh")

    # A member joins the association and asks; the data centre forwards.
    assert liu.post(address("join", association.code)).status_code == 302
    told = {
        "title": "社区食堂餐位",
        "words": "每个食堂的餐位数。\n\n按区。",
        "purpose": "给老人做地图",
        "owner": "120012",
    }
    assert liu.post(address("new-request"), told).status_code == 302
    row = DataRequest.objects.get()
    assert "还没有公开" in text(liu, address("request", row.number))
    assert "社区食堂餐位" in text(operator, address("moderation"))
    forward = address("move-request", row.number, "forward")
    assert operator.post(forward, {"owner": "120012"}).status_code == 302
    assert zhang.post(address("vote", row.number)).status_code == 302

    # The association takes it up in its name.
    assert "社区食堂餐位" in text(clerk, address("association-desk"))
    bundling: dict[str, object] = {
        "title": "餐位数据",
        "words": "会员都要",
        "members_behind": "12",
        "numbers": [row.number],
    }
    assert clerk.post(address("association-desk"), bundling).status_code == 302
    bundle = Bundle.objects.get()
    assert "代表 12 家会员" in text(browser(""), address("request", row.number))

    # The department accepts it into its plan; the association hears, and tells its members.
    assert "社区食堂餐位" in text(steward, address("answering"))
    accept = {"due_on": f"{timezone.localdate() + timedelta(days=20)}", "code": canteens, "words": "年底前开放。"}
    assert steward.post(address("move-request", row.number, "accept"), accept).status_code == 302
    entry = PlanEntry.objects.get()
    assert (entry.title, entry.code, entry.state) == ("社区食堂餐位", canteens, "PLANNED")
    assert "等您告诉会员" in text(clerk, address("association-desk"))
    confirm = address("move-bundle", bundle.number, "confirm")
    assert clerk.post(confirm, {"words": "年底前开放，届时请反馈。"}).status_code == 302
    assert Notice.objects.filter(kind="participation.confirmed", user=person("liu").user_id).count() == 1

    # Published: plan and request follow by themselves.
    opening.propose(actor=person("steward_mzj"), code=canteens, new=NEW, now=NOW)
    hide(person("steward_mzj"))
    opening.check(actor=person("steward_mzj"), slug="canteens", now=NOW)
    opening.move(actor=person("approver_mzj"), slug="canteens", name="publish", now=NOW)
    told_of = Event.objects.filter(topic="open.dataset_moved").latest("announced_at")
    keep_promises(told_of.payload)
    keep_promises(told_of.payload)
    entry.refresh_from_db()
    assert (entry.state, entry.dataset) == ("PUBLISHED", "canteens")
    assert queries.plan_figures(2026, NOW.date())[""].share == 100
    page = text(browser(""), address("request", row.number))
    assert "已经开放" in page
    assert "社区食堂名录" in page

    # A reuse is shown, vouched for, and stands on the dataset's page.
    making: dict[str, object] = {
        "title": "食堂地图",
        "kind": "APP",
        "words": "画在地图上",
        "address": "https://canteens.example.cn/",
        "datasets": ["canteens"],
        "picture": picture(),
    }
    assert zhang.post(address("new-reuse"), making).status_code == 302
    reuse = Reuse.objects.get()
    assert browser("").get(address("reuse", reuse.pk)).status_code == 404
    assert operator.post(address("move-reuse", reuse.pk, "publish")).status_code == 302
    assert clerk.post(address("vouch", reuse.pk), {"statement": "会员核对过，准确。"}).status_code == 302
    dataset = text(browser(""), "/open/datasets/canteens/")
    assert "谁在用" in dataset
    assert "食堂地图" in dataset
    assert "协会背书" in dataset
    shown = browser("").get(address("picture", reuse.pk))
    assert (shown["Content-Type"], shown.content[:3]) == ("image/jpeg", b"\xff\xd8\xff")
    assert Image.open(io.BytesIO(shown.content)).size == (1200, 675)

    # Who asked and who voted say whether it helped.
    assert liu.post(address("feedback", row.number), {"helped": "1", "words": "用上了"}).status_code == 302
    assert zhang.post(address("feedback", row.number), {"helped": "0", "words": "缺经纬度"}).status_code == 302
    assert "2 人反馈，1 人说帮上了忙" in text(browser(""), address("request", row.number))
    assert "会员核对过" in text(browser(""), address("association", association.code))

    topics = set(Event.objects.filter(topic__startswith="participation.").values_list("topic", flat=True))
    assert topics == {
        api.REQUEST_FORWARDED,
        api.REQUEST_ANSWERED,
        api.REQUEST_FULFILLED,
        api.PLAN_CHANGED,
        api.BUNDLE_ANSWERED,
        api.REUSE_PUBLISHED,
        api.REUSE_VOUCHED,
    }
    assert isinstance(reuse.pk, UUID)
