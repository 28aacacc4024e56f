"""No combination of client, service, grant, purpose, field and claim returns what wasn't granted, or unmasked."""

import itertools
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from haihe.gateway.claims import compile_claim
from haihe.gateway.policy import QUERY, VERIFY, Client, Grant, Policy, Service
from haihe.gateway.testing import RESOURCE, Door, Person, query, question
from haihe.kernel.keyring import Keyring
from haihe.kernel.mac import Mac
from haihe.kernel.mask_rules import compile_mask

SECRETS = {name: bytes([65 + n]) * 32 for n, name in enumerate(("a-one", "a-two", "b-one"))}
ORGANISATIONS = {"a-one": "120040", "a-two": "120040", "b-one": "120030"}
RULES = {
    "kind": {"mask": "none"},
    "amount": {"mask": "bucket", "step": 500},
    "since": {"mask": "year"},
    "phone": {"mask": "phone"},
    "card": {"mask": "id_number"},
    "owner": {"mask": "name"},
}
PERSON = Person(
    "120103197905121012",
    "刘志远",
    {"kind": "KIND-OF-RELIEF", "amount": "1234.56", "since": "2019-07-31", "phone": "13820001234",
     "card": "120103197905121012", "owner": "刘志远", "unlisted": "NEVER-LISTED"},
)  # fmt: skip
SHOWN = {"kind": "KIND-OF-RELIEF", "amount": "1000..1500", "since": "2019", "phone": "138****1234",
         "card": "120***********1012", "owner": "刘*远"}  # fmt: skip
CLAIMS = {
    "poor": {"field": "amount", "op": "lt", "value": 2000},
    "rich": {"field": "amount", "op": "ge", "value": 5000},
}
TRUTH = {"poor": "MATCH", "rich": "NO_MATCH"}
PURPOSES = ["P_ONE", "P_TWO"]
NAMES = [*RULES, *CLAIMS, "unlisted"]
numbers = itertools.count()

grants = st.builds(
    lambda organisation, service, claims, fields, purposes, status, from_h, hours: Grant(
        f"g{next(numbers)}", organisation, service, claims, purposes, "依据", from_h * 3600.0,
        (from_h + hours) * 3600.0, 1 << 30, status, fields,
    ),
    st.sampled_from(sorted(set(ORGANISATIONS.values()))),
    st.sampled_from(["details", "status"]),
    st.frozensets(st.sampled_from(NAMES)),
    st.frozensets(st.sampled_from(NAMES)),
    st.frozensets(st.sampled_from(PURPOSES)),
    st.sampled_from(["ACTIVE", "ACTIVE", "ACTIVE", "SUSPENDED", "TERMINATED"]),
    st.sampled_from([-2, -1, 0, 1]),
    st.sampled_from([1, 2, 3]),
)  # fmt: skip


@dataclass(frozen=True)
class Call:
    client: str
    kind: str
    service: str
    scope: list[str]
    purpose: str


calls = st.builds(
    Call,
    st.sampled_from(sorted(SECRETS)),
    st.sampled_from([VERIFY, QUERY]),
    st.sampled_from(["details", "status"]),
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True),
    st.sampled_from(PURPOSES),
)


@pytest.fixture(scope="module")
def gate(keyring: Keyring) -> Iterator[Door]:
    with tempfile.TemporaryDirectory() as folder:
        door = Door(Path(folder), keyring=keyring, people=[PERSON])
        yield door
        door.close()


def rule(door: Door, held: list[Grant]) -> list[Grant]:
    """Put the policy in force; the grants' times are told from now."""
    dated = [replace(g, valid_from=door.now + g.valid_from, valid_until=door.now + g.valid_until) for g in held]
    masks = {name: compile_mask(each) for name, each in RULES.items()}
    claims = {name: compile_claim(each) for name, each in CLAIMS.items()}
    policy = Policy.of(
        clients=[Client.with_secret(name, ORGANISATIONS[name], Mac(secret)) for name, secret in SECRETS.items()],
        services=[
            Service("details", RESOURCE, "120012", "", {}, 86_400, QUERY, masks),
            Service("status", RESOURCE, "120012", "poor", claims, 86_400),
        ],
        grants=dated,
        indexes=door.indexes,
    )
    door.desk.policy.confirm(policy, now=door.now)
    return dated


def allowed(call: Call, held: list[Grant], now: float) -> bool:
    """What the law of this house says, written down a second time and without the program's words."""
    offered = {(QUERY, "details"): set(RULES), (VERIFY, "status"): set(CLAIMS)}.get((call.kind, call.service), set())
    return bool(set(call.scope) <= offered) and any(
        g.organisation == ORGANISATIONS[call.client]
        and g.service == call.service
        and g.status == "ACTIVE"
        and g.valid_from <= now < g.valid_until
        and call.purpose in g.purposes
        and set(call.scope) <= (g.fields if call.kind == QUERY else g.claims)
        for g in held
    )


@settings(deadline=None, max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(grants, max_size=4), st.lists(calls, min_size=1, max_size=4))
def test_nothing_ungranted_and_nothing_unmasked(gate: Door, held: list[Grant], asked: list[Call]) -> None:
    dated = rule(gate, held)
    for call in asked:
        number = PERSON.id_number
        body = (
            query(number, *call.scope, purpose=call.purpose)
            if call.kind == QUERY
            else question(number, claims=call.scope, purpose=call.purpose)
        )
        path = f"/v1/{call.kind.lower()}/{call.service}"
        reply = gate.post(body, path=path, client_id=call.client, secret=SECRETS[call.client])
        told = json.loads(reply.body)
        assert (reply.status == 200) == allowed(call, dated, gate.now)
        if reply.status != 200:
            assert not {"values", "answers", "answer"} & set(told)
        elif call.kind == QUERY:
            assert told["values"] == {name: SHOWN[name] for name in call.scope}
        else:
            assert [each["answer"] for each in told["answers"]] == [TRUTH[name] for name in call.scope]
        for name, value in PERSON.fields.items():
            whole = name == "kind" and call.kind == QUERY and "kind" in call.scope and reply.status == 200
            assert whole or str(value) not in reply.body.decode()
