"""A link is tested leg by leg: each way to fail is named, nobody is asked about, and no use is recorded."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from haihe.gateway.messages import Reply
from haihe.gateway.policy import Maintenance
from haihe.gateway.testing import CLIENT, GRANT, PATH, PURPOSE, SERVICE, Door, question
from haihe.gateway.tests.conftest import LIU
from haihe.kernel.city_day import day_of
from haihe.kernel.link_legs import OF_AN_INTERFACE, Leg

LINK = f"/v1/links/{SERVICE}"
GATEWAYS = [leg for leg in Leg if leg not in OF_AN_INTERFACE | {Leg.KEY, Leg.GATEWAY, Leg.REPLY}]


def link(door: Door, *, path: str = LINK, **asked: object) -> Reply:
    return door.post(json.dumps({"purpose": PURPOSE, "scope": ["on_relief"]} | asked).encode(), path=path)


def failed(reply: Reply) -> dict[str, str]:
    assert reply.status == 200, reply.body
    legs = json.loads(reply.body)["legs"]
    assert [leg["leg"] for leg in legs] == GATEWAYS
    assert all((leg["hint"] is not None) == (leg["state"] == "FAILED") for leg in legs)
    return {leg["leg"]: leg["problem"] for leg in legs if leg["state"] == "FAILED"}


def test_an_open_way_is_open_on_every_leg_and_leaves_no_record(door: Door) -> None:
    assert failed(link(door)) == {}
    assert failed(door.post(json.dumps({"purpose": PURPOSE}).encode(), path=LINK)) == {}
    assert door.records() == []
    assert door.desk.quotas.used(GRANT, day=day_of(door.now)) == 0


def granting(**changes: object) -> Callable[[Door], None]:
    def change(door: Door) -> None:
        door.grant = replace(door.grant, **changes)  # type: ignore[arg-type]  # a table of changes

    return change


def no_index(door: Door) -> None:
    door.indexes.clear()


def too_old(door: Door) -> None:
    door.service = replace(door.service, max_age_s=-1)


def used_up(door: Door) -> None:
    door.desk.quotas.count(GRANT, day=day_of(door.now), answers=10)
    granting(quota_per_day=10)(door)


def too_fast(door: Door) -> None:
    granting(rate_per_s=1)(door)
    door.desk.rates.take(door.grant.id, door.grant.rate_per_s, door.now)


def under_maintenance(door: Door) -> None:
    door.maintenance.append(Maintenance("120012", "", door.now - 1, door.now + 60, "系统升级", serves_on=False))


def ledger_late(door: Door) -> None:
    door.post(question(LIU.id_number))
    door.now += 601


@pytest.mark.parametrize(
    ("change", "fails"),
    [
        (granting(organisation="120030"), {"grant": "no-grant"}),
        (granting(status="SUSPENDED"), {"grant": "grant-suspended"}),
        (granting(status="TERMINATED"), {"grant": "grant-terminated"}),
        (granting(valid_until=1.0), {"grant": "grant-expired"}),
        (granting(purposes=frozenset()), {"purpose": "purpose-not-granted"}),
        (granting(claims=frozenset()), {"scope": "field-out-of-scope"}),
        (under_maintenance, {"maintenance": "provider-maintenance"}),
        (too_fast, {"rate": "rate-limited"}),
        (used_up, {"quota": "quota-exceeded"}),
        (no_index, {"source": "unavailable"}),
        (too_old, {"source": "unavailable"}),
        (ledger_late, {"ledger": "unavailable"}),
    ],
)
def test_the_failing_leg_is_named(door: Door, change: Callable[[Door], None], fails: dict[str, str]) -> None:
    change(door)
    door.apply()
    assert failed(link(door)) == fails


def test_an_unknown_service_is_named(door: Door) -> None:
    assert failed(link(door, path="/v1/links/nothing")) == {"service": "unknown-service"}


def test_who_is_not_known_learns_nothing(door: Door) -> None:
    reply = door.post(b"{}", path=LINK, client_id="nobody")
    assert json.loads(reply.body)["type"].endswith("credentials-invalid")


def test_it_is_no_way_to_ask(door: Door) -> None:
    assert door.post(question(LIU.id_number), path=LINK).status == 400
    assert door.post(json.dumps({"purpose": PURPOSE}).encode(), path=PATH).status == 400


def test_nobody_tests_without_end(door: Door) -> None:
    replies = [link(door) for _ in range(3)]
    assert [reply.status for reply in replies] == [200, 200, 429]
    assert CLIENT in {record["client"] for record in door.records()}
