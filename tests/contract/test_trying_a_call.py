"""A steward tries a call on the console: the real gateway answers, its journal keeps it, the snippets work as shown."""

import json
import subprocess
import sys
import uuid
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from django.conf import LazySettings, settings
from django.test import Client as Browser
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from haihe.base.accounts.testing import make_user
from haihe.base.keys.api import keyring
from haihe.city import cast
from haihe.data.sharing import operations, snippets
from haihe.data.sharing.adapters.gateway import gateway_verifier
from haihe.data.sharing.demo.entries import RELIEF_STATUS
from haihe.data.sharing.models import Client, Grant, Service, SharingEvent
from haihe.data.sharing.testing import cast_actor, granted, open_relief_details
from haihe.gateway.loopback import Loopback
from haihe.gateway.testing import Person
from tests.contract.test_sharing_speaks_the_gateways_language import policy

pytestmark = pytest.mark.django_db
ON_RELIEF = {"status": "在保", "relief_type": "最低生活保障", "valid_from": "2000-01-01", "valid_until": "2999-12-31"}
LIU = Person(cast.LIU.id_number or "", cast.LIU.name, dict(ON_RELIEF))
PAGE = reverse("sharing:try-call", args=["relief-status"])


@contextmanager
def asking_at(url: str) -> Iterator[None]:
    """Let this process ask there, and forget the way afterwards."""
    gateway_verifier.cache_clear()
    with override_settings(HAIHE=replace(settings.HAIHE, gateway_url=url, demo=False)):
        yield
        gateway_verifier().http.close()
    gateway_verifier.cache_clear()


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Loopback]:
    """A gateway under the policy that the database holds: the story's grant, the department's platform client."""
    now = timezone.now()
    granted(now=now)
    operations.register_client(
        actor=cast_actor("steward_gjj"), organisation="120040", client_id="gjj-platform", title="平台", now=now,
        is_platform=True,
    )  # fmt: skip
    with Loopback(tmp_path, keyring=keyring(), people=[LIU]) as loopback:
        loopback.door.follow(policy())
        with asking_at(loopback.url):
            yield loopback


def signed_in(username: str) -> Browser:
    browser = Browser()
    browser.force_login(make_user(username, *cast.person(username).memberships))
    return browser


def filled(**changes: object) -> dict[str, object]:
    asked = {"grant": str(Grant.objects.get().pk), "claims": ["on_relief"], "purpose": "HOUSING_FUND_WITHDRAWAL"}
    return asked | {"id_number": LIU.id_number, "case": "TEST-1", "confirmed": "on"} | changes


def post(browser: Browser, **changes: object) -> tuple[int, str]:
    answer = browser.post(PAGE, filled(**changes))
    return answer.status_code, unescape(answer.content.decode())


def test_a_call_shows_answer_request_and_reply_and_is_a_recorded_use(gateway: Loopback) -> None:
    status, page = post(signed_in("steward_gjj"))
    (record,) = gateway.door.records()
    assert status == 200
    assert (record["answer"], record["case"], record["client"]) == ("MATCH", "TEST-1", "gjj-platform")
    assert reverse("sharing:evidence", args=[record["evidence"]]) in page
    assert "POST /v1/verify/relief-status HTTP/1.1" in page
    assert 'signature-input: haihe=("@method"' in page
    assert '"answer": "MATCH"' in page
    assert "毫秒" in page


def test_who_tried_stands_in_the_history_of_the_grant(gateway: Loopback) -> None:
    post(signed_in("steward_gjj"))
    event = SharingEvent.objects.filter(name="try_call").get()
    assert (event.grant, event.words, event.actor_name) == (Grant.objects.get(), "TEST-1", "steward_gjj")


def test_the_secret_is_nowhere_on_the_page(gateway: Loopback) -> None:
    row = Client.objects.get()
    secret = keyring().open(bytes(row.sealed_secret), context=row.seal_context)
    _, page = post(signed_in("steward_gjj"))
    assert b64encode(secret).decode() not in page
    assert secret.hex() not in page


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"id_number": "120103197905121013"}, "校验码不对"),
        ({"id_number": "12"}, "invalid-identifier"),
        ({"name": "另一个人"}, "这个人的登记有疑问"),
    ],
)
def test_what_the_gateway_refuses_or_doubts_is_explained(
    gateway: Loopback, changes: dict[str, object], told: str
) -> None:
    status, page = post(signed_in("steward_gjj"), **changes)
    assert (status, told in page) == (200, True)


def test_a_suspended_grant_is_refused_and_the_refusal_is_shown(gateway: Loopback) -> None:
    operations.suspend_grant(
        actor=cast_actor("approver_mzj"),
        grant_id=Grant.objects.get().pk,
        reason="核查用途",
        put_right_by=timezone.localdate() + timedelta(days=10),
        now=timezone.now(),
    )
    gateway.door.follow(policy())
    status, page = post(signed_in("steward_gjj"))
    assert (status, "授权已暂停" in page, "urn:haihe:problem:grant-suspended" in page) == (200, True, True)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"confirmed": ""}, "请先确认"),
        ({"case": "GJJ-1"}, "TEST-"),
        ({"id_number": ""}, "填写身份证号码"),
        ({"claims": []}, "至少选择一项"),
        ({"claims": ["extreme_hardship"]}, "extreme_hardship"),
        ({"purpose": "CURIOSITY"}, "CURIOSITY"),
        ({"grant": str(uuid.uuid4())}, "选择"),
    ],
)
def test_what_isn_t_filled_in_well_asks_nothing(gateway: Loopback, changes: dict[str, object], told: str) -> None:
    status, page = post(signed_in("steward_gjj"), **changes)
    assert (status, told in page) == (422, True)
    assert gateway.door.records() == []
    assert not SharingEvent.objects.filter(name="try_call").exists()


def test_without_a_system_of_the_platforms_nothing_is_asked(gateway: Loopback) -> None:
    Client.objects.update(is_platform=False)
    status, page = post(signed_in("steward_gjj"))
    assert (status, "尚未登记平台接入系统" in page) == (422, True)
    assert not SharingEvent.objects.filter(name="try_call").exists()


def test_a_gateway_that_is_away_is_told_as_such() -> None:
    granted(now=timezone.now())
    operations.register_client(
        actor=cast_actor("steward_gjj"), organisation="120040", client_id="gjj-platform", title="平台",
        now=timezone.now(), is_platform=True,
    )  # fmt: skip
    with asking_at("http://127.0.0.1:9"):
        status, page = post(signed_in("steward_gjj"))
    assert (status, "网关没有答复" in page) == (200, True)


def test_who_holds_no_grant_is_shown_the_way_to_one_and_others_nothing(gateway: Loopback) -> None:
    stranger = signed_in("outsider")
    page = unescape(stranger.get(PAGE).content.decode())
    assert reverse("sharing:new") + "?service=relief-status" in page
    assert 'name="id_number"' not in page
    assert stranger.post(PAGE, filled()).status_code == 422
    assert signed_in("approver_gjj").get(PAGE).status_code == 403
    assert gateway.door.records() == []


def test_the_demo_offers_its_made_up_persons(gateway: Loopback, settings: LazySettings) -> None:
    settings.HAIHE = replace(settings.HAIHE, demo=True)
    browser = signed_in("steward_gjj")
    assert cast.ZHANG.name in browser.get(PAGE).content.decode()
    status, _ = post(browser, person=cast.ZHANG.id_number, id_number="", confirmed="")
    assert (status, gateway.door.records()[0]["answer"]) == (200, "NO_MATCH")


def wanted(*scope: str) -> snippets.Wanted:
    return snippets.Wanted(scope=scope, purpose="HOUSING_FUND_WITHDRAWAL", case="TEST-2")


@pytest.fixture
def said(gateway: Loopback) -> dict[str, str]:
    """What a programmer of the housing-fund centre puts into the snippets."""
    issued = operations.rotate_key(actor=cast_actor("steward_gjj"), client_id="gjj-platform", now=timezone.now())
    # Its clock stands still, and the new key is in force only from now on.
    gateway.door.now = timezone.now().timestamp() + 1
    gateway.door.follow(policy())
    return {"client": issued.client_id, "secret": issued.secret, "url": gateway.url}


def test_the_shell_commands_ask_as_they_stand(gateway: Loopback, said: dict[str, str]) -> None:
    text = snippets.curl(Service.objects.get(slug=RELIEF_STATUS.slug), wanted("on_relief"), **said)
    ran = subprocess.run(["bash", "-euc", text], capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(ran.stdout)["answer"] == "NO_MATCH"
    assert gateway.door.records()[0]["case"] == "TEST-2"


@pytest.mark.parametrize("claims", [["on_relief"], [], ["on_relief", "extreme_hardship"]])
def test_the_python_program_asks_as_it_stands(gateway: Loopback, said: dict[str, str], claims: list[str]) -> None:
    text = snippets.python(Service.objects.get(slug=RELIEF_STATUS.slug), wanted(*claims), **said)
    ran = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, timeout=60, check=False)
    assert ("NO_MATCH" in ran.stdout) is (len(claims) < 2)
    assert ("field-out-of-scope" in ran.stderr) is (len(claims) > 1)


def test_snippets_for_fields_read_well(gateway: Loopback, said: dict[str, str]) -> None:
    service = Service.objects.get(slug=open_relief_details(now=timezone.now()))
    assert '"fields": ["relief_type"]' in snippets.curl(service, wanted("relief_type"), **said)
    compile(snippets.python(service, wanted("relief_type"), **said), "snippet", "exec")
