"""The pages of sources, step by step as a steward walks them, and what others see of them: nothing."""

from dataclasses import replace
from datetime import datetime

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from tests.plugins.departments import PASSWORD, DepartmentDatabase

from haihe.base.accounts.api import Actor
from haihe.data.exchange.connectors.faults import KINDS
from haihe.data.exchange.connectors.kinds import CONNECTORS
from haihe.data.exchange.connectors.ports import Leg
from haihe.data.exchange.sources import wording
from haihe.data.exchange.sources.kind_forms import FORMS
from haihe.data.exchange.sources.models import Source, SourceRun
from haihe.data.exchange.sources.operations.keeping import add_source
from haihe.data.exchange.sources.testing import folder_source, relief_table, run_once
from haihe.data.exchange.sources.workflow import SOURCE_RUN
from haihe.data.exchange.testing import RELIEF, id_number
from haihe.data.exchange.tests.test_pages import signed_in

pytestmark = pytest.mark.django_db
LIST = reverse("exchange:sources")


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture(autouse=True)
def _this_machine(settings: LazySettings) -> None:
    settings.HAIHE = replace(settings.HAIHE, source_networks=("127.0.0.0/8",))


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]  # Django's stubs don't tell


def test_from_an_empty_list_to_a_running_source(department_postgres: DepartmentDatabase) -> None:
    department_postgres.execute(*relief_table(3))
    client = signed_in("steward_mzj")
    assert "还没有数据源" in text(client.get(LIST))
    assert "取数方式" in text(client.get(reverse("exchange:source-choose"), {"resource": RELIEF}))
    add = f"{reverse('exchange:source-add', args=['database'])}?resource={RELIEF}"
    assert "保存并去测试" in text(client.get(add))
    form = {name: str(value) for name, value in department_postgres.settings.items()} | {
        "title": "业务库", "tls": "off", "table": "relief_source", "how": "full", "overlap": "300", "key": "xh",
        "password": PASSWORD,
    }  # fmt: skip
    answer = client.post(add, form)
    assert answer.status_code == 302
    source = Source.objects.get()
    assert source.paused
    assert answer["Location"] == reverse("exchange:source-probe", args=[source.pk])
    probed = text(client.post(answer["Location"]))
    assert "不通" not in probed
    assert "最低生活保障" in probed
    assert id_number(0) not in probed
    assert "陈静怡" not in probed
    plan = reverse("exchange:source-plan", args=[source.pk])
    told = {"often": "other", "line": "30 1 * * *", "tell_after": "3", "start": "1"}
    assert client.post(plan, told).status_code == 302
    source.refresh_from_db()
    assert (source.paused, source.schedule) == (False, "30 1 * * *")
    page = reverse("exchange:source", args=[source.pk])
    assert client.post(reverse("exchange:source-fetch", args=[source.pk])).status_code == 302
    assert "正在排队" in text(client.get(page))
    run = run_once(SourceRun.objects.get(), now=timezone.now())
    live = client.get(reverse("exchange:source-live", args=[source.pk]))
    assert live["HX-Refresh"] == "true"
    assert "数据已采用" in text(client.get(page))
    assert "查看逐行检查的结果" in text(client.get(reverse("exchange:source-run", args=[run.pk])))
    assert "业务库" in text(client.get(LIST))
    assert PASSWORD not in text(client.get(page)) + text(
        client.get(reverse("exchange:source-change", args=[source.pk]))
    )


def test_a_test_names_the_leg_that_fails(steward: Actor, now: datetime) -> None:
    source = folder_source(steward, now=now, path="gone")
    probed = text(signed_in("steward_mzj").post(reverse("exchange:source-probe", args=[source.pk])))
    assert "找不到所填的表、文件夹或路径" in probed
    assert "未检查" in probed


def test_what_is_wrong_is_told_and_not_kept(steward: Actor, now: datetime) -> None:
    folder_source(steward, now=now)
    client = signed_in("steward_mzj")
    add = f"{reverse('exchange:source-add', args=['database'])}?resource={RELIEF}"
    form = {"title": "新", "engine": "postgresql", "tls": "off", "how": "full", "overlap": "300"}
    answer = client.post(add, form)
    assert answer.status_code == 422
    assert "设置有误" in text(answer)
    folder = f"{reverse('exchange:source-add', args=['folder'])}?resource={RELIEF}"
    told = {"title": "投放", "pattern": "*", "finished": "marker", "quiet_s": "60", "afterwards": "move"}
    assert "已有同名的数据源" in text(client.post(folder, told))
    plan = reverse("exchange:source-plan", args=[Source.objects.get().pk])
    answer = client.post(plan, {"often": "other", "line": "* * * * *", "tell_after": "3"})
    assert (answer.status_code, Source.objects.get().schedule) == (422, "")
    assert "不少于五分钟" in text(answer)


def test_pause_and_start_by_their_buttons(steward: Actor, now: datetime) -> None:
    source, client = folder_source(steward, now=now), signed_in("steward_mzj")
    client.post(reverse("exchange:source-resume", args=[source.pk]))
    assert not Source.objects.get().paused
    client.post(reverse("exchange:source-pause", args=[source.pk]))
    assert Source.objects.get().paused


@pytest.mark.parametrize("username", ["outsider", "steward_gjj"])
def test_others_know_of_no_source(steward: Actor, now: datetime, username: str) -> None:
    source = folder_source(steward, now=now)
    client = signed_in(username)
    assert "投放" not in text(client.get(LIST))
    for name in ("source", "source-live", "source-change", "source-probe", "source-plan"):
        assert client.get(reverse(f"exchange:{name}", args=[source.pk])).status_code == 404
    for name in ("source-probe", "source-fetch", "source-pause", "source-resume"):
        assert client.post(reverse(f"exchange:{name}", args=[source.pk])).status_code == 404
    assert client.get(f"{reverse('exchange:source-add', args=['folder'])}?resource={RELIEF}").status_code == 404


@pytest.mark.parametrize("username", ["approver_mzj", "operator"])
def test_lookers_on_see_and_change_nothing(steward: Actor, now: datetime, username: str) -> None:
    source = folder_source(steward, now=now)
    client = signed_in(username)
    page = text(client.get(reverse("exchange:source", args=[source.pk])))
    assert "投放" in page
    assert reverse("exchange:source-fetch", args=[source.pk]) not in page
    for name in ("source-fetch", "source-pause"):
        assert client.post(reverse(f"exchange:{name}", args=[source.pk])).status_code == 403


def test_each_kind_leg_move_and_fault_has_its_words() -> None:
    assert set(FORMS) <= set(CONNECTORS)
    assert set(wording.KINDS) == set(FORMS)
    assert set(wording.LEGS) == set(Leg)
    assert {move.name for move in SOURCE_RUN.moves} | {"ask"} == set(wording.MOVES)
    with translation.override("en"):
        for fault, kind in KINDS.items():
            assert not wording.told(fault, kind.sentence).endswith("。")


def test_an_english_reader_reads_why_in_english(steward: Actor, now: datetime) -> None:
    source = add_source(
        steward, resource=RELIEF, title="x", connector="folder", settings={"path": "gone"}, secret={}, now=now
    )
    client = signed_in("steward_mzj")
    client.cookies["haihe_language"] = "en"
    assert "is not there" in text(client.post(reverse("exchange:source-probe", args=[source.pk])))


def test_nobody_signed_out_gets_in() -> None:
    assert Client().get(LIST).status_code == 302
