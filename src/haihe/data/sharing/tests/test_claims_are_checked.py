"""A claim asks only for items that the catalogue knows, and compares only what can be compared."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from haihe.base.accounts.api import NotPermitted
from haihe.data.catalogue.api import ItemEntry
from haihe.data.sharing import operations
from haihe.data.sharing.claims import check_claims
from haihe.data.sharing.demo.entries import RELIEF_STATUS
from haihe.data.sharing.errors import InputRefused, NotFound
from haihe.data.sharing.models import Service
from haihe.data.sharing.testing import NOW, cast_actor, open_relief_status

ITEMS = {
    "status": ItemEntry("status", "状态", "C", 10, "PERSONAL", False),
    "valid_until": ItemEntry("valid_until", "截止日期", "D", 10, "INTERNAL", False),
    "size": ItemEntry("size", "人口", "I", 2, "INTERNAL", False),
    "amount": ItemEntry("amount", "金额", "Y", 10, "PERSONAL", False),
}
GOOD = {"field": "status", "op": "eq", "value": "在保"}


def check(predicate: object) -> None:
    check_claims({"a_claim": predicate}, items=ITEMS)


@pytest.mark.parametrize(
    "predicate",
    [
        {},
        [],
        "status",
        None,
        {"field": "income", "op": "eq", "value": "x"},
        {"field": "status", "op": "like", "value": "x"},
        {"field": "status", "op": ["eq"], "value": "x"},
        {"field": "status", "op": "eq", "value": 1},
        {"field": "status", "op": "eq", "value": True},
        {"field": "status", "op": "eq", "value": ""},
        {"field": "status", "op": "in", "value": "在保"},
        {"field": "status", "op": "in", "value": []},
        {"field": "status", "op": "eq", "value": ["在保"]},
        {"field": "valid_until", "op": "ge", "value": "2026-02-30"},
        {"field": "valid_until", "op": "ge", "value": "20260101"},
        {"field": "size", "op": "ge", "value": "3"},
        {"field": "amount", "op": "lt", "value": "1000"},
        {"field": "status", "op": "not_in", "value": "在保"},
        {"field": "status", "op": "not_in", "value": []},
        {"field": "status", "op": "eq", "value": "在保", "more": 1},
        {"all": []},
        {"all": [GOOD], "any": [GOOD]},
        {"not": [GOOD]},
        {"all": [GOOD] * 21},
        {"all": {"field": "status"}},
    ],
)
def test_what_makes_no_sense_is_refused(predicate: object) -> None:
    with pytest.raises(InputRefused) as refusal:
        check(predicate)
    assert refusal.value.field == "claims"


def below(*values: int) -> dict[str, Any]:
    return {f"below_{value}": {"field": "amount", "op": "lt", "value": value} for value in values}


def test_a_few_thresholds_may_be_drawn_across_an_amount_and_no_more() -> None:
    check_claims(below(1000, 2000, 3000, 4000, 5000), items=ITEMS)
    with pytest.raises(InputRefused) as refusal:
        check_claims(below(1000, 2000, 3000, 4000, 5000, 6000), items=ITEMS)
    assert "金额" in refusal.value.message


def test_two_services_together_draw_no_more_thresholds_than_one() -> None:
    check_claims(below(1000, 2000), items=ITEMS, beside=[below(1000, 2000, 3000)])
    with pytest.raises(InputRefused):
        check_claims(below(1000, 2000, 3000), items=ITEMS, beside=[below(4000, 5000), below(6000)])


def test_dates_and_sets_draw_no_threshold() -> None:
    dates = {f"until_{n}": {"field": "valid_until", "op": "ge", "value": f"2026-01-0{n}"} for n in range(1, 8)}
    check_claims(dates | {"small": {"field": "size", "op": "in", "value": [1, 2, 3, 4, 5, 6, 7]}}, items=ITEMS)


def test_depth_has_an_end() -> None:
    deep: dict[str, Any] = GOOD
    for _ in range(8):
        deep = {"all": [deep]}
    check(deep)
    with pytest.raises(InputRefused):
        check({"any": [deep]})


@pytest.mark.parametrize("claims", [{}, {"On Relief": GOOD}, {"": GOOD}])
def test_names_are_plain(claims: Mapping[str, object]) -> None:
    with pytest.raises(InputRefused):
        check_claims(claims, items=ITEMS)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"slug": "Relief"}, "slug"),
        ({"slug": "relief-status"}, "slug"),
        ({"title": " "}, "title"),
        ({"max_age_s": 1}, "max_age_s"),
        ({"default_claim": "income"}, "claims"),
        ({"claim_titles": {}}, "claims"),
    ],
)
def test_a_service_is_described_completely(changes: dict[str, Any], field: str) -> None:
    open_relief_status()
    with pytest.raises(InputRefused) as refusal:
        operations.open_service(
            actor=cast_actor("steward_mzj"), service=replace(RELIEF_STATUS, **({"slug": "another"} | changes)), now=NOW
        )
    assert refusal.value.field == field


@pytest.mark.django_db
def test_only_the_owner_opens_and_only_its_head_stops_a_service() -> None:
    open_relief_status()
    with pytest.raises(NotPermitted):
        operations.open_service(
            actor=cast_actor("steward_gjj"), service=replace(RELIEF_STATUS, slug="another"), now=NOW
        )
    with pytest.raises(NotFound):
        operations.open_service(
            actor=cast_actor("steward_mzj"), service=replace(RELIEF_STATUS, resource="120012/000099"), now=NOW
        )
    stop: dict[str, Any] = {"slug": "relief-status", "reason": "名册整理", "token": uuid4(), "now": NOW}
    with pytest.raises(NotPermitted):
        operations.stop_at_once(actor=cast_actor("steward_mzj"), **stop)
    with pytest.raises(InputRefused):
        operations.stop_at_once(actor=cast_actor("approver_mzj"), **(stop | {"reason": ""}))
    operations.stop_at_once(actor=cast_actor("approver_mzj"), **stop)
    assert not Service.objects.get().enabled
