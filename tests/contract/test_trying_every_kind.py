"""A steward tries each kind of call: several persons at once, a department's interface, what changed since a cursor."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from haihe.base.keys.api import keyring
from haihe.data.exchange.changes import write_changes
from haihe.data.sharing import operations, snippets
from haihe.data.sharing.models import Grant, Service
from haihe.data.sharing.testing import RELIEF_LIVE, cast_actor, granted, open_relief_details, open_relief_status
from haihe.data.sharing.tests.test_opening_services import browser
from haihe.gateway.loopback import Loopback
from haihe.gateway.policy import IndexRow
from haihe.gateway.testing import RESOURCE, write_index
from haihe.gateway.testing_source import FakeDepartment, hangs, says
from haihe.gateway.tests.conftest import ZHANG
from haihe.kernel.subject_index import IndexMeta, encode_entry
from tests.contract.test_sharing_speaks_the_gateways_language import policy
from tests.contract.test_trying_a_call import LIU, asking_at, filled

pytestmark = pytest.mark.django_db
LIVE = replace(RELIEF_LIVE, source=dict(RELIEF_LIVE.source or {}))
CHANGES = "relief-changes"
SAID = {"data": {"type": "最低生活保障", "amount": 1010}}


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Loopback]:
    with Loopback(tmp_path, keyring=keyring(), people=[LIU]) as loopback, asking_at(loopback.url):
        yield loopback


def known_to(gateway: Loopback) -> operations.IssuedSecret:
    """Register the platform's system of the housing-fund centre, and let the gateway know what the database holds."""
    issued = operations.register_client(
        actor=cast_actor("steward_gjj"), organisation="120040", client_id="gjj-platform", title="平台",
        now=timezone.now(), is_platform=True,
    )  # fmt: skip
    gateway.door.now = timezone.now().timestamp() + 1
    gateway.door.follow(policy())
    return issued


def tried(slug: str, **changes: object) -> tuple[int, str]:
    asked = filled(**({"claims": ["relief_type"]} | changes))
    answer = browser("steward_gjj").post(reverse("sharing:try-call", args=[slug]), asked)
    return answer.status_code, unescape(answer.content.decode())


def open_live(gateway: Loopback, department: FakeDepartment, **rules: Any) -> operations.IssuedSecret:
    """Open the civil-affairs bureau's own interface, confirmed where the fake one listens, and grant a field of it."""
    open_relief_status(now=timezone.now())
    source = dict(LIVE.source or {}) | {"url": f"http://127.0.0.1:{department.port}/v1/persons"} | rules
    operations.open_service(actor=cast_actor("steward_mzj"), service=replace(LIVE, source=source), now=timezone.now())
    operations.confirm_source(
        actor=cast_actor("operator"), slug="relief-live", networks=["127.0.0.1/32"], now=timezone.now()
    )
    granted(now=timezone.now(), service="relief-live", claims=(), fields=("relief_type",), last_good_s=3600)
    return known_to(gateway)


@pytest.fixture
def department(gateway: Loopback) -> Iterator[FakeDepartment]:
    department = FakeDepartment(says(SAID))
    gateway.run(department.__aenter__())
    yield department
    gateway.run(department.__aexit__(None, None, None))


def test_several_persons_are_verified_at_once_each_in_a_line(gateway: Loopback) -> None:
    granted(now=timezone.now())
    known_to(gateway)
    numbers = f"{LIU.id_number}\n{ZHANG}\n12\n"
    status, page = tried("relief-status", claims=["on_relief"], id_number="", many=numbers)
    (packed,) = gateway.door.packed()
    record = json.loads(packed.record)
    assert status == 200
    assert record["uses"]["answers"] == {"MATCH": 1, "NO_MATCH": 1, "UNKNOWN": 0}
    assert "POST /v1/verify/relief-status/batch HTTP/1.1" in page
    assert reverse("sharing:evidence", args=[record["evidence"]]) in page
    told = page[page.index("<tbody>") : page.index("</tbody>")]
    assert [told.count(word) for word in (">MATCH<", ">NO_MATCH<", "身份证号码")] == [1, 1, 1]
    assert (str(LIU.id_number) in told, f"{LIU.id_number[:6]}…{LIU.id_number[-4:]}" in told) == (False, True)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"many": "\n".join([LIU.id_number] * 21)}, "不超过 20 人"),
        ({"many": LIU.id_number, "claims": []}, "至少选择一项"),
        ({"many": "", "id_number": ""}, "填写身份证号码"),
    ],
)
def test_too_many_or_too_little_asks_nothing(gateway: Loopback, changes: dict[str, object], told: str) -> None:
    granted(now=timezone.now())
    known_to(gateway)
    status, page = tried("relief-status", **({"claims": ["on_relief"]} | changes))
    assert (status, told in page) == (422, True)
    assert (gateway.door.packed(), gateway.door.records()) == ([], [])


def test_a_departments_interface_answers_by_its_parameters(gateway: Loopback, department: FakeDepartment) -> None:
    parameters = {
        "year": {"in": "query", "form": "integer", "least": 2000, "most": 2100},
        "kind": {"in": "body", "form": "choice", "choices": ["city", "country"], "required": False},
        "on": {"in": "query", "form": "date"},
    }
    open_live(gateway, department, parameters=parameters)
    told = {"parameter_year": "2025", "parameter_kind": "city", "parameter_on": "2026-01-31"}
    status, page = tried("relief-live", **told)
    assert status == 200
    assert department.asked[0].target == "/v1/persons?on=2026-01-31&year=2025"
    assert json.loads(department.asked[0].body) == {"kind": "city", "sfzh": LIU.id_number}
    for words in ("最低生活保障", "接口当场答复", "正常，接口照常访问", "POST /v1/proxy/relief-live HTTP/1.1"):
        assert words in page
    status, page = tried("relief-live", **(told | {"parameter_year": "1999"}))
    assert (status, len(department.asked)) == (422, 1)


def test_the_age_of_a_last_good_answer_and_a_breaker_that_opened_are_shown(
    gateway: Loopback, department: FakeDepartment
) -> None:
    open_live(gateway, department, breaker={"failures": 1, "open_s": 60})
    assert "接口当场答复" in tried("relief-live")[1]
    department.behave = says({}, status=500)
    gateway.door.now += 100
    gateway.door.follow(policy())
    _, page = tried("relief-live")
    for words in ("100 秒前的最近一次有效答复", "最低生活保障", "暂停访问，接口连续出错"):
        assert words in page


def test_an_interface_that_gives_no_answer_is_told_with_its_problem(
    gateway: Loopback, department: FakeDepartment
) -> None:
    open_live(gateway, department, timeout_ms=100)
    department.behave = hangs
    status, page = tried("relief-live")
    assert (status, "urn:haihe:problem:source-timeout" in page, "504" in page) == (200, True, True)
    (record,) = gateway.door.records()
    assert record["reason"] == "SOURCE_TIMEOUT"


def test_of_a_thing_no_person_is_asked_for(gateway: Loopback, department: FakeDepartment) -> None:
    open_live(gateway, department, subject=None, parameters={"plate": {"in": "body", "form": "code"}})
    page = browser("steward_gjj").get(reverse("sharing:try-call", args=["relief-live"])).content.decode()
    assert 'name="id_number"' not in page
    status, page = tried("relief-live", parameter_plate="JA12345")
    assert (status, json.loads(department.asked[0].body)) == (200, {"plate": "JA12345"})


def publish(gateway: Loopback, number: int, kind: str, previous: Path | None) -> Path:
    """Make the register's next snapshot, in which Liu has relief of this kind, the running one."""
    door, when = gateway.door, datetime.fromtimestamp(gateway.door.now, UTC)
    entry = encode_entry(False, b"", {"relief_type": kind})
    relative = write_index(
        door.folder, {door.keyring.subject_key(LIU.id_number): entry}, snapshot=f"r{number}", as_of=when
    )
    path = door.folder / relative
    meta = IndexMeta(resource=RESOURCE, snapshot=f"r{number}", as_of=when, rows=1, fields=("relief_type",))
    # A copy, as the gateway of this process has the other open.
    before = previous and Path(shutil.copytree(previous, door.folder / f"before-{number}"))
    write_changes(path, meta=meta, previous=before)
    door.indexes = [IndexRow(RESOURCE, f"r{number}", relative)]
    door.follow(policy())
    return path


def subscribed(gateway: Loopback) -> operations.IssuedSecret:
    open_relief_details(now=timezone.now())
    service = operations.NewService(
        slug=CHANGES, title="救助变更订阅", resource=RESOURCE, max_age_s=86_400,
        fields={"relief_type": {"mask": "none"}}, subscribes=True,
    )  # fmt: skip
    operations.open_service(actor=cast_actor("steward_mzj"), service=service, now=timezone.now())
    granted(now=timezone.now(), service=CHANGES, claims=(), fields=("relief_type",))
    return known_to(gateway)


def test_a_subscription_goes_from_its_cursor_to_the_changes_and_on(gateway: Loopback) -> None:
    subscribed(gateway)
    first = publish(gateway, 1, "最低生活保障", None)
    persons = f"{LIU.id_number}\n{ZHANG}"
    status, page = tried(CHANGES, many=persons)
    assert (status, "新的游标已填入下面的表单" in page) == (200, True)
    cursor = cursor_in(page)
    assert persons in page.replace("\r", "")
    publish(gateway, 2, "特困供养", first)
    status, page = tried(CHANGES, many=persons, since=cursor)
    told = page[page.index("<tbody>") : page.index("</tbody>")]
    assert (status, "特困供养" in told, told.count("没有变化")) == (200, True, 1)
    assert cursor_in(page) != cursor
    status, page = tried(CHANGES, many=persons, since=cursor_in(page))
    assert page[page.index("<tbody>") : page.index("</tbody>")].count("没有变化") == 2


def cursor_in(page: str) -> str:
    """Return what stands in the form for the next question."""
    found = re.search(r'<textarea[^>]*name="since"[^>]*>\s*([A-Za-z0-9_-]+)\s*</textarea>', page)
    assert found, "no cursor in the form"
    return found[1]


@pytest.mark.parametrize(
    ("changes", "told"),
    [({"since": "x y"}, "游标应原样填写"), ({"since": "AAAA", "many": ""}, "请填写要问的人")],
)
def test_a_cursor_without_form_or_persons_asks_nothing(
    gateway: Loopback, changes: dict[str, object], told: str
) -> None:
    subscribed(gateway)
    status, page = tried(CHANGES, **changes)
    assert (status, told in page) == (422, True)
    assert gateway.door.records() == []


def test_a_cursor_of_somebody_else_is_refused_and_the_refusal_shown(gateway: Loopback) -> None:
    subscribed(gateway)
    publish(gateway, 1, "最低生活保障", None)
    status, page = tried(CHANGES, since="AAAA", many=LIU.id_number)
    assert (status, "游标有误" in page, "新的游标已填入" in page) == (200, True, False)


def test_programs_of_every_kind_ask_as_they_stand(gateway: Loopback, department: FakeDepartment) -> None:
    issued = open_live(gateway, department, parameters={"year": {"in": "query", "form": "integer", "least": 2000}})
    granted(now=timezone.now(), purpose="ANOTHER")
    subscribed_too = operations.NewService(
        slug=CHANGES, title="救助变更订阅", resource=RESOURCE, max_age_s=86_400,
        fields={"relief_type": {"mask": "none"}}, subscribes=True,
    )  # fmt: skip
    operations.open_service(actor=cast_actor("steward_mzj"), service=subscribed_too, now=timezone.now())
    granted(now=timezone.now(), service=CHANGES, claims=(), fields=("relief_type",))
    gateway.door.now = timezone.now().timestamp() + 1
    publish(gateway, 1, "最低生活保障", None)
    where = {"client": issued.client_id, "secret": issued.secret, "url": gateway.url}
    for grant in Grant.objects.select_related("service"):
        service: Service = grant.service
        wanted = snippets.Wanted(
            scope=grant.scope[:1], purpose=grant.purposes[0], case="TEST-3", many=service.slug == "relief-status"
        )
        ran = subprocess.run(
            ["bash", "-euc", snippets.curl(service, wanted, **where)],
            capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        assert "problem" not in ran.stdout, ran.stdout
        program = snippets.python(service, wanted, **where)
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
    assert [asked.target for asked in department.asked] == ["/v1/persons?year=2000"] * 2
