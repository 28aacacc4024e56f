"""A refusal is the same for everybody: on the register or not, in doubt or unheard of. And it never looks."""

import json
from dataclasses import replace

import pytest

from haihe.gateway.answer import Question, find
from haihe.gateway.index import SubjectIndex
from haihe.gateway.testing import Door, question
from haihe.gateway.tests.conftest import LIU, WANG, ZHANG
from haihe.kernel.subject_index import Entry

CHANGES = {
    "no-grant": {"organisation": "120030"},
    "grant-expired": {"valid_until": 1.0},
    "grant-suspended": {"status": "SUSPENDED"},
    "grant-terminated": {"status": "TERMINATED"},
    "purpose-not-granted": {"purposes": frozenset[str]()},
    "field-out-of-scope": {"claims": frozenset[str]()},
    "quota-exceeded": {"quota_per_day": 0},
}


@pytest.mark.parametrize("slug", CHANGES)
def test_refusals_are_the_same_for_known_and_unknown_persons(
    door: Door, slug: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def looked(index: SubjectIndex, subject: bytes) -> Entry | None:
        raise AssertionError("a refused request looked into the register")

    monkeypatch.setattr(SubjectIndex, "find", looked)
    door.grant = replace(door.grant, **CHANGES[slug])  # type: ignore[arg-type]  # a table of changes
    door.apply()
    told = set()
    for id_number in (LIU.id_number, ZHANG, WANG.id_number):
        problem = json.loads(door.post(question(id_number, name="刘志远")).body)
        assert problem["type"].endswith(slug)
        told.add(json.dumps({name: value for name, value in problem.items() if name != "instance"}))
    assert len(told) == 1


def test_a_damaged_index_is_no_no(door: Door) -> None:
    class Damaged:
        as_of = door.now

        def find(self, subject: bytes) -> Entry | None:
            import msgspec

            raise msgspec.DecodeError("damaged")

    index: SubjectIndex = Damaged()  # type: ignore[assignment]  # only what `find` needs
    findings = find(
        index, Question(b"", None, max_age_s=1, now=door.now, today="2026-01-01"), claims=(lambda _f, _t: True,)
    )
    assert findings == (("UNKNOWN", "SOURCE_UNREACHABLE"),)
