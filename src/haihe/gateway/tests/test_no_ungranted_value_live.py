"""As for queries and claims: nothing lets a value through that wasn't granted, be it live or kept."""

import asyncio
import itertools
import json
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from haihe.gateway.policy import Grant, Policy
from haihe.gateway.source_client import Answered, Garbled
from haihe.gateway.testing import ASKER, PURPOSE, Door
from haihe.gateway.testing_source import MASKS, ask, proxied, source_rules
from haihe.kernel.keyring import Keyring

SECRETS = {"paid": "PAID-IN-FULL", "amount": "1234.56", "since": "2019-07-31", "taxpayer": "欧阳志远"}
SHOWN = {"paid": "PAID-IN-FULL", "amount": "1000..1500", "since": "2019", "taxpayer": "欧**远"}
BODY = json.dumps({"data": SECRETS | {"more": "NEVER-LISTED"}}).encode()
numbers = itertools.count()
names = st.sampled_from([*MASKS, "more"])
grants = st.builds(
    lambda fields, claims, purpose, status, last_good_s, organisation: Grant(
        f"g{next(numbers)}", organisation, "tax-paid", claims, frozenset({purpose}), "依据", 0.0, 1e11, 1 << 30, status,
        fields, last_good_s,
    ),
    st.frozensets(names),
    st.frozensets(names),
    st.sampled_from([PURPOSE, PURPOSE, "OTHER"]),
    st.sampled_from(["ACTIVE", "ACTIVE", "ACTIVE", "SUSPENDED"]),
    st.sampled_from([0, 100, 10_000]),
    st.sampled_from([ASKER, ASKER, "120030"]),
)  # fmt: skip
calls = st.tuples(st.lists(names, min_size=1, max_size=4, unique=True), st.booleans(), st.sampled_from([0, 50, 500]))


@pytest.fixture(scope="module")
def gate(keyring: Keyring) -> Iterator[Door]:
    with tempfile.TemporaryDirectory() as folder:
        door = Door(Path(folder), keyring=keyring)
        yield door
        door.close()


def allowed(scope: list[str], held: list[Grant]) -> list[Grant]:
    """What the law of this house says, written down a second time and without the program's words."""
    return [
        g
        for g in held
        if g.organisation == ASKER
        and g.status == "ACTIVE"
        and PURPOSE in g.purposes
        and set(scope) <= g.fields & set(MASKS)
    ]


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(grants, max_size=3), st.lists(calls, min_size=1, max_size=4))
def test_nothing_ungranted_nothing_unmasked_nothing_too_old(
    gate: Door, held: list[Grant], asked: list[tuple[list[str], bool, int]]
) -> None:
    service = proxied(source_rules(1, timeout_ms=1000 + next(numbers) % 9000))
    reached: list[bool] = []

    async def call(alive: bool, *_: Any) -> Answered:
        reached.append(alive)
        if alive:
            return Answered(200, BODY)
        raise Garbled("dead")

    for scope, alive, later in asked:
        gate.now += later
        policy = Policy.of(clients=[gate.client], services=[service], grants=held, indexes=())
        gate.desk.policy.confirm(policy, now=gate.now)
        gate.desk.sources.call = lambda *more, alive=alive: call(alive, *more)
        before = len(reached)
        reply = asyncio.run(gate.proxy(ask(*scope)))
        told, may = json.loads(reply.body), allowed(scope, held)
        assert (len(reached) > before) <= bool(may)
        if reply.status == 200:
            assert may
            assert told["values"] == {name: SHOWN[name] for name in scope}
            assert told["served"] == "live" or told["age_s"] <= max(g.last_good_s for g in may)
        else:
            assert "values" not in told
        for name, value in {**SECRETS, "more": "NEVER-LISTED"}.items():
            whole = name == "paid" and "paid" in scope and reply.status == 200
            assert whole or value not in reply.body.decode()


def test_rules_of_yesterday_answer_nothing_today(gate: Door) -> None:
    async def alive(*_: Any) -> Answered:
        return Answered(200, BODY)

    async def dead(*_: Any) -> Answered:
        raise Garbled("dead")

    grant = replace(gate.grant, service="tax-paid", fields=frozenset(MASKS), last_good_s=10_000)
    statuses = []
    for rules, call in ((source_rules(7), alive), (source_rules(7), dead), (source_rules(8), dead)):
        gate.desk.sources.call = call
        policy = Policy.of(clients=[gate.client], services=[proxied(rules)], grants=[grant], indexes=())
        gate.desk.policy.confirm(policy, now=gate.now)
        statuses.append(asyncio.run(gate.proxy(ask("paid"))).status)
    assert statuses == [200, 200, 502]
