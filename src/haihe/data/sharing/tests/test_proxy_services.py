"""A department's own interface: laid down by its owner, confirmed by the authority, and how old it may answer."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from haihe.base.accounts.api import NotPermitted
from haihe.base.keys.api import keyring
from haihe.data.sharing import operations
from haihe.data.sharing.errors import InputRefused, NotNow
from haihe.data.sharing.forms import RequestForm
from haihe.data.sharing.models import Grant, Service, SharingEvent
from haihe.data.sharing.testing import NOW, RELIEF_LIVE, application, cast_actor, open_relief_status
from haihe.data.sharing.tests.test_pages import signed_in

pytestmark = pytest.mark.django_db
SOURCE: dict[str, Any] = dict(RELIEF_LIVE.source or {})


@pytest.fixture(autouse=True)
def _opened() -> None:
    open_relief_status()
    operations.open_service(actor=cast_actor("steward_mzj"), service=RELIEF_LIVE, now=NOW)


def confirm(username: str = "operator", *networks: str) -> None:
    told = networks or ("10.12.3.0/24",)
    operations.confirm_source(actor=cast_actor(username), slug="relief-live", networks=told, now=NOW)


def shown_to_the_gateway() -> tuple[bool, list[str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT enabled, source_networks FROM gateway_service WHERE slug = 'relief-live'")
        (row,) = cursor.fetchall()
    return row[0], row[1]


def granted(**changes: Any) -> Grant:
    told = {"service": "relief-live", "claims": (), "fields": ("relief_type",), "last_good_s": 3600} | changes
    request_id = operations.request_sharing(actor=cast_actor("steward_gjj"), application=application(**told), now=NOW)
    for username, name in (("approver_gjj", "approve_by_office"), ("approver_mzj", "approve")):
        operations.move_request(actor=cast_actor(username), request_id=request_id, name=name, now=NOW)
    return Grant.objects.get(request_id=request_id)


def test_nothing_is_open_before_the_authority_confirmed_the_address() -> None:
    assert shown_to_the_gateway() == (False, [])
    confirm()
    assert shown_to_the_gateway() == (True, ["10.12.3.0/24"])
    assert SharingEvent.objects.get(name="confirm_source").facts == {
        "networks": ["10.12.3.0/24"],
        "url": SOURCE["url"],
    }


@pytest.mark.parametrize("username", ["steward_mzj", "approver_mzj", "steward_gjj", "auditor"])
def test_nobody_else_confirms_it(username: str) -> None:
    with pytest.raises(NotPermitted):
        confirm(username)
    assert shown_to_the_gateway() == (False, [])


@pytest.mark.parametrize(
    "network", ["0.0.0.0/0", "169.254.0.0/16", "169.254.169.254", "10.0.0.0/7", "fe80::/64", "mzj", ""]
)
def test_no_network_is_confirmed_that_leads_anywhere(network: str) -> None:
    with pytest.raises(InputRefused):
        confirm("operator", network)


def test_the_same_confirmation_twice_is_one_and_another_replaces_it() -> None:
    confirm()
    with pytest.raises(NotNow):
        confirm()
    confirm("operator", "10.12.4.7", "fd00:12::/48")
    assert shown_to_the_gateway() == (True, ["10.12.4.7/32", "fd00:12::/48"])


def test_the_secret_lies_sealed_and_is_renewed_by_its_owner_alone() -> None:
    def opened() -> bytes:
        row = Service.objects.get(slug="relief-live")
        return keyring().open(bytes(row.sealed_source_secret or b""), context=row.seal_context)

    assert opened() == b"the-departments-secret"
    for username in ("steward_gjj", "operator", "approver_mzj"):
        with pytest.raises(NotPermitted):
            operations.renew_source_secret(actor=cast_actor(username), slug="relief-live", secret="x", now=NOW)
    operations.renew_source_secret(actor=cast_actor("steward_mzj"), slug="relief-live", secret="new-one", now=NOW)
    assert opened() == b"new-one"
    with pytest.raises(InputRefused):
        operations.renew_source_secret(actor=cast_actor("steward_mzj"), slug="relief-live", secret="a\r\nb", now=NOW)
    page = signed_in("steward_mzj").get(reverse("sharing:service", args=["relief-live"])).content.decode()
    assert "更换接口密钥" in page
    assert "new-one" not in page


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"source": SOURCE | {"url": "https://user:pw@mzj.example/"}}, "source"),
        ({"source": SOURCE | {"url": "file:///etc/passwd"}}, "source"),
        ({"source": SOURCE | {"timeout_ms": 60_000}}, "source"),
        ({"source": SOURCE | {"fields": {"relief_type": SOURCE["fields"]["relief_type"]}}}, "source"),
        ({"source": SOURCE | {"secret_header": ""}}, "source_secret"),
        ({"source_secret": ""}, "source_secret"),
        ({"source_secret": "two\nlines"}, "source_secret"),
        ({"fields": RELIEF_LIVE.fields | {"income": {"mask": "none"}}}, "fields"),
    ],
)
def test_rules_that_are_wrong_are_refused_and_say_where(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InputRefused) as refusal:
        operations.open_service(
            actor=cast_actor("steward_mzj"), service=replace(RELIEF_LIVE, slug="another", **changes), now=NOW
        )
    assert refusal.value.field == field


def test_a_grant_begins_when_the_address_is_confirmed() -> None:
    grant = granted()
    assert grant.state == "PREPARING"
    confirm()
    grant.refresh_from_db()
    assert grant.state == "ACTIVE"


def test_a_grant_takes_answers_no_older_than_was_asked_and_allowed() -> None:
    assert granted().last_good_s == 3600
    with pytest.raises(InputRefused):
        granted(purpose="ANOTHER", last_good_s=86_401)
    with pytest.raises(InputRefused):
        operations.request_sharing(actor=cast_actor("steward_gjj"), application=application(last_good_s=1), now=NOW)
    grant = Grant.objects.get()
    for value in (3601, 0):
        with pytest.raises(IntegrityError), transaction.atomic():
            Grant.objects.filter(pk=grant.pk).update(last_good_s=value)


def test_the_form_asks_for_it_only_where_the_owner_allows_it() -> None:
    told = {"token": uuid4(), "applicant": "120040"}
    live = RequestForm(told, service=Service.objects.get(slug="relief-live"), applicants=["120040"])
    assert [value for value, _ in live.fields["last_good_s"].choices] == ["0", "3600", "21600", "86400"]  # type: ignore[attr-defined]  # a choice field
    plain = RequestForm(told, service=Service.objects.get(slug="relief-status"), applicants=["120040"])
    assert "last_good_s" not in plain.fields


def test_only_owner_and_authority_see_where_the_interface_is() -> None:
    for username, sees in (("steward_mzj", True), ("operator", True), ("auditor", True), ("steward_gjj", False)):
        page = signed_in(username).get(reverse("sharing:service", args=["relief-live"])).content.decode()
        assert ("relief.mzj.example" in page) is sees
        assert ("确认，开始服务" in page) is (username == "operator")
        assert "接口地址尚待大数据中心确认" in page
        assert "POST /v1/proxy/relief-live" in page


def test_the_database_holds_a_source_to_its_kind() -> None:
    for changes in ({"source": None}, {"kind": "QUERY"}, {"source_networks": ["10.0.0.0/8"]}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Service.objects.filter(slug="relief-live").update(**changes)
