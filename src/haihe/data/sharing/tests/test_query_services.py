"""A service that answers queries: opened with masks, asked for field by field, and shown on the pages as it is."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import translation

from haihe.data.catalogue.api import ItemEntry
from haihe.data.sharing import operations, pages
from haihe.data.sharing.claims import check_fields
from haihe.data.sharing.demo.entries import RELIEF_DETAILS, RENT_SUBSIDY
from haihe.data.sharing.errors import InputRefused
from haihe.data.sharing.forms import RequestForm, initial_of
from haihe.data.sharing.models import Grant, Service, SharingRequest
from haihe.data.sharing.testing import NOW, application, cast_actor, open_relief_status
from haihe.data.sharing.tests.test_pages import signed_in

pytestmark = pytest.mark.django_db
ITEMS = {
    "name": ItemEntry("name", "姓名", "C", 50, "PERSONAL", True),
    "amount": ItemEntry("amount", "金额", "Y", 10, "PERSONAL", False),
    "since": ItemEntry("since", "开始日期", "D", 10, "INTERNAL", False),
}


@pytest.fixture(autouse=True)
def _opened() -> None:
    open_relief_status()
    operations.open_service(actor=cast_actor("steward_mzj"), service=RELIEF_DETAILS, now=NOW)


def granted(**changes: Any) -> Grant:
    asked = replace(RENT_SUBSIDY, token=uuid4(), **changes)
    request_id = operations.request_sharing(actor=cast_actor("steward_gjj"), application=asked, now=NOW)
    for username, name in (("approver_gjj", "approve_by_office"), ("approver_mzj", "approve")):
        operations.move_request(actor=cast_actor(username), request_id=request_id, name=name, now=NOW)
    return Grant.objects.get(request_id=request_id)


def test_a_grant_gives_the_fields_that_were_asked_and_no_claims() -> None:
    grant = granted()
    assert (grant.fields, grant.claims) == (["relief_type", "household_size", "monthly_amount_yuan"], [])


@pytest.mark.parametrize(
    "scope",
    [
        {"fields": ()},
        {"fields": ("relief_type", "status")},
        {"fields": ("name",)},
        {"fields": (), "claims": ("relief_type",)},
        {"claims": ("on_relief",)},
    ],
)
def test_what_the_service_does_not_offer_cannot_be_asked_for(scope: dict[str, Any]) -> None:
    with pytest.raises(InputRefused):
        granted(**scope)
    assert not SharingRequest.objects.exists()


def test_a_service_that_verifies_gives_no_fields() -> None:
    with pytest.raises(InputRefused):
        operations.request_sharing(
            actor=cast_actor("steward_gjj"), application=application(fields=("relief_type",)), now=NOW
        )


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"income": {"mask": "none"}}, "income"),
        ({"amount": {"mask": "half"}}, "金额"),
        ({"amount": "none"}, "金额"),
        ({"amount": {"mask": "year"}}, "金额"),
        ({"since": {"mask": "bucket", "step": 100}}, "开始日期"),
        ({"name": {"mask": "none"}}, "姓名"),
    ],
)
def test_each_field_needs_a_mask_that_fits(fields: dict[str, Any], told: str) -> None:
    with pytest.raises(InputRefused) as refusal:
        check_fields(fields, items=ITEMS)
    assert told in refusal.value.message


def test_masks_that_fit_are_taken() -> None:
    check_fields(
        {"name": {"mask": "name"}, "amount": {"mask": "bucket", "step": 100}, "since": {"mask": "year"}}, items=ITEMS
    )


def test_a_service_verifies_or_answers_queries_and_not_both() -> None:
    both = replace(RELIEF_DETAILS, slug="both", claims={"a": {"field": "status", "op": "eq", "value": "在保"}})
    with pytest.raises(InputRefused):
        operations.open_service(actor=cast_actor("steward_mzj"), service=both, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Service.objects.filter(slug="relief-details").update(claims={"a": {}})


@pytest.mark.parametrize("fields", ["{relief_type,valid_from}", "{relief_type,status}", "{}"])
def test_the_database_itself_gives_no_more_than_was_asked(fields: str) -> None:
    grant = granted(fields=("relief_type",))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE sharing_grant SET fields = %s WHERE id = %s", [fields, grant.pk])


def test_the_form_offers_fields_with_what_is_shown_of_them_and_hands_them_in() -> None:
    service = Service.objects.get(slug="relief-details")
    form = RequestForm(service=service, applicants=["120040"])
    choices = dict(form.fields["claims"].choices)  # type: ignore[attr-defined]  # a choice field
    assert choices["monthly_amount_yuan"] == "月保障金额 · 每 500 一档，不显示具体数值"
    assert choices["relief_type"] == "救助类型"
    grant = granted()
    again = RequestForm({**initial_of(grant.request), "token": uuid4()}, service=service, applicants=["120040"])
    assert again.is_valid(), again.errors
    told = again.application()
    assert (told.claims, told.fields) == ((), tuple(grant.fields))


def test_the_pages_say_query_and_which_fields() -> None:
    grant = granted()
    for language, words in (("zh-hans", ("查询", "月保障金额 · 每 500 一档")), ("en", ("in steps of 500",))):
        with translation.override(language):
            shown = " ".join(pages.grant_page(cast_actor("approver_mzj"), grant, now=NOW).claims)
        assert words[-1] in shown
    client = signed_in("approver_mzj")
    page = client.get(reverse("sharing:grant", args=[grant.pk])).content.decode()
    assert "查询：救助类型；家庭人口；月保障金额 · 每 500 一档" in page
    service = client.get(reverse("sharing:service", args=["relief-details"])).content.decode()
    assert "POST /v1/query/relief-details" in service
    assert "区划代码 · 只显示到区" in service
    assert "查询（获授权的字段，按规则脱敏）" in service
