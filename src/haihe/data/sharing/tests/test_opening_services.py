"""A steward opens services on a register of the own department, on a page: its fields, its changes, an interface."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from haihe.base.accounts.models import User
from haihe.base.keys.api import keyring
from haihe.data.catalogue.models import Resource
from haihe.data.sharing.models import Service
from haihe.data.sharing.testing import open_relief_status
from haihe.data.sharing.tests.test_pages import signed_in
from haihe.kernel.source_rules import read_rules

pytestmark = pytest.mark.django_db
FORM: dict[str, Any] = {
    "kind": "PROXY",
    "slug": "relief-now",
    "title": "救助信息实时查询",
    "summary": "由业务系统当场答复。",
    "max_age_days": "1",
    "mask_relief_type": "none",
    "pointer_relief_type": "/data/type",
    "type_relief_type": "text",
    "mask_monthly_amount_yuan": "bucket",
    "step_monthly_amount_yuan": "500",
    "pointer_monthly_amount_yuan": "/data/amount",
    "type_monthly_amount_yuan": "amount",
    "url": "https://relief.mzj.example:8443/v1/persons",
    "method": "POST",
    "subject_in": "body",
    "subject_name": "sfzh",
    "parameters": "year? query integer\nkind query a|b",
    "absent_status": "404",
    "secret_header": "X-Api-Key",
    "secret": "made-up-key",
    "timeout_ms": "2000",
    "last_good_hours": "24",
}


@pytest.fixture(autouse=True)
def _published() -> None:
    open_relief_status()


def browser(username: str) -> Client:
    """Return the person's browser; who signed in before is not made anew."""
    user = User.objects.filter(username=username).first()
    if user is None:
        return signed_in(username)
    client = Client()
    client.force_login(user)
    return client


def hand_in(username: str = "steward_mzj", **changes: Any) -> Any:
    address = f"{reverse('sharing:open-service')}?resource=120012/000001"
    return browser(username).post(address, FORM | changes)


def test_an_interface_is_laid_down_as_the_rules_have_it() -> None:
    answer = hand_in()
    assert answer.status_code == 302, answer.content.decode()
    row = Service.objects.get(slug="relief-now")
    rules = read_rules(row.source)
    assert (row.kind, row.fields["monthly_amount_yuan"]) == ("PROXY", {"mask": "bucket", "step": 500})
    assert (rules.subject and rules.subject.name, rules.absent.status, rules.timeout_ms) == ("sfzh", 404, 2000)
    assert rules.parameters["kind"].choices == ("a", "b")
    assert (rules.parameters["year"].required, rules.parameters["year"].form) == (False, "integer")
    assert rules.last_good_s == 86_400
    assert keyring().open(bytes(row.sealed_source_secret or b""), context=row.seal_context) == b"made-up-key"
    assert row.waits_for_confirmation


def test_a_register_is_followed_or_queried_without_an_interface() -> None:
    for kind in ("SUBSCRIBE", "QUERY"):
        assert hand_in(kind=kind, slug=f"relief-{kind.lower()}").status_code == 302
        row = Service.objects.get(slug=f"relief-{kind.lower()}")
        assert (row.kind, row.source, row.sealed_source_secret) == (kind, None, None)
    page = browser("steward_gjj").get(reverse("sharing:service", args=["relief-subscribe"])).content.decode()
    assert "POST /v1/subscribe/relief-subscribe" in page


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"url": "http://user@relief.example/"}, "url"),
        ({"subject_in": "query"}, "subject.logged"),
        ({"pointer_relief_type": ""}, "fields.relief_type"),
        ({"parameters": "year nowhere integer"}, "parameters"),
        ({"secret": ""}, "请填写访问接口的密钥"),
        ({"mask_monthly_amount_yuan": "year"}, "脱敏规则与其类型不符"),
        ({"step_monthly_amount_yuan": ""}, "脱敏规则无法识别"),
        ({"slug": "Relief"}, "服务名称有误"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_opened(changes: dict[str, str], told: str) -> None:
    answer = hand_in(**changes)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not Service.objects.filter(slug="relief-now").exists()
    assert "made-up-key" not in answer.content.decode()


def test_nobody_opens_a_service_on_another_departments_register() -> None:
    assert hand_in("steward_gjj").status_code == 404
    assert hand_in("approver_mzj").status_code == 403
    chosen = browser("steward_gjj").get(reverse("sharing:open-service")).content.decode()
    assert "本单位还没有以服务接口共享的资源" in chosen
    assert "120012/000001" in browser("steward_mzj").get(reverse("sharing:open-service")).content.decode()


def test_however_many_registers_there_are_one_page_of_them_is_read(django_assert_max_num_queries: Any) -> None:
    first = Resource.objects.get(code="120012/000001")
    for serial in range(2, 60):
        first.pk, first.code, first.title = None, f"120012/{serial:06}", f"登记簿{serial}"
        first.guide_serial = first.guide_serial and first.guide_serial + 1
        first.save(force_insert=True)
    address, steward = reverse("sharing:open-service"), browser("steward_mzj")
    steward.get(address)
    with django_assert_max_num_queries(7):
        shown = steward.get(address).content.decode()
    assert shown.count("?resource=") == 20
    assert "?resource=120012/000059" in steward.get(address, {"page": "3"}).content.decode()


def test_a_register_is_found_by_what_it_is_called() -> None:
    address, steward = reverse("sharing:open-service"), browser("steward_mzj")
    assert "?resource=120012/000001" in steward.get(address, {"q": "救助"}).content.decode()
    nothing = steward.get(address, {"q": "水库"}).content.decode()
    assert "没有找到这样的资源" in nothing
    assert 'value="水库"' in nothing
