"""A comparison or a delivery names everybody whom it touches, once, and each of them finds it."""

from dataclasses import replace
from uuid import UUID

import pytest

from haihe.base.ledger import api as ledger
from haihe.base.ledger.testing import AT

pytestmark = pytest.mark.django_db
KEYS = [n.to_bytes(16) for n in range(1, 6)]
USE = ledger.UseOfMany(
    kind="COMPARE",
    consumer="120020",
    client="matching",
    owner="120012",
    service="relief-details",
    resource="120012/000001",
    grant=UUID("01900000-0000-7000-8000-000000000001"),
    purpose="PROACTIVE_VISIT",
    legal_basis="政务数据共享条例 第二十条",
    case="BD-20261123-0001",
    fields=("division",),
    snapshot="s1",
    as_of=AT,
)


@pytest.mark.parametrize(("kind", "told"), [("COMPARE", "MATCH"), ("DELIVER", "FOUND")])
def test_everybody_finds_and_proves_their_own(kind: str, told: str) -> None:
    (evidence,) = ledger.append_uses(replace(USE, kind=kind), KEYS, now=AT)
    assert ledger.seal_pending(now=AT)
    for key in KEYS:
        (entry,) = ledger.uses_of_subject(key)
        assert (entry.evidence, entry.kind, entry.answer, entry.consumer) == (evidence, kind, told, "120020")
        assert ledger.verify_export(ledger.export_use(evidence, key)).valid
    assert ledger.audit().clean


def test_who_comes_twice_is_named_once() -> None:
    (evidence,) = ledger.append_uses(USE, [*KEYS, KEYS[0]], now=AT)
    entry = ledger.entry(evidence)
    assert entry is not None
    assert entry.uses == {"MATCH": len(KEYS)}


def test_nobody_touched_is_nothing_recorded() -> None:
    assert ledger.append_uses(USE, [], now=AT) == []


def test_many_are_split_over_records() -> None:
    evidence = ledger.append_uses(USE, (n.to_bytes(16) for n in range(10_001)), now=AT)
    assert [ledger.entry(number).uses for number in evidence] == [{"MATCH": 10_000}, {"MATCH": 1}]  # type: ignore[union-attr]  # just appended


def test_figures_count_persons() -> None:
    before = ledger.counts()
    ledger.append_uses(USE, KEYS, now=AT)
    ledger.append_uses(replace(USE, kind="DELIVER"), KEYS[:2], now=AT)
    after = ledger.counts()
    assert (after.match - before.match, after.found - before.found) == (5, 2)
    (today,) = ledger.counts_by_day(now=AT, days=1)
    assert (today.match, today.found) == (5, 2)
