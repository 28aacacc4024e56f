from dataclasses import replace
from math import isclose, log2
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haihe.data.matching.linkage.accuracy import Point, expected, measured
from haihe.data.matching.linkage.comparisons import COMPARISONS
from haihe.data.matching.linkage.deciding import Decision, Thresholds, account, decide, effects
from haihe.data.matching.linkage.explaining import explain
from haihe.data.matching.linkage.made_up import make_registers
from haihe.data.matching.linkage.model import ModelUnfit, read_model, untrained, write_model
from haihe.data.matching.linkage.preparing import GIVEN, PREPARED, prepare
from haihe.data.matching.linkage.scoring import score
from haihe.data.matching.linkage.tests.places import DIVISIONS, GAZETTEER
from haihe.data.matching.linkage.tests.registers import BOTH, LEFT, RIGHT, linked
from haihe.data.matching.linkage.training import NothingToLearn, train

BITS = st.floats(-4, 40)


def links(table: pa.Table, *decisions: Decision) -> set[tuple[int, int]]:
    chosen = table.filter(pc.is_in(table["decision"], pa.array([str(one) for one in decisions])))
    return set(zip(chosen["left"].to_pylist(), chosen["right"].to_pylist(), strict=True))


def test_of_persons_with_errors_in_their_records_nearly_all_are_found_and_hardly_one_is_wrong() -> None:
    found = decide(linked().pairs, Thresholds())
    chosen = found.filter(pc.equal(found["decision"], "LINK"))
    at = measured(chosen, linked().made.truth, [0.0])[0]
    assert at.precision >= 0.98
    assert at.recall >= 0.95
    assert at.f1 >= 0.96


def test_what_the_model_expects_is_near_what_is_measured() -> None:
    found = decide(linked().pairs, Thresholds())
    apart = found.filter(pc.not_equal(found["decision"], "APART"))
    for told, seen in zip(
        expected(apart, [0.0, 5.0, 10.0]), measured(apart, linked().made.truth, [0.0, 5.0, 10.0]), strict=True
    ):
        assert abs(told.precision - seen.precision) < 0.03
        assert abs(told.recall - seen.recall) < 0.05


def test_no_row_is_lost_and_each_has_one_partner_at_most() -> None:
    found = decide(linked().pairs, Thresholds())
    pairs = links(found, Decision.LINK)
    assert len({left for left, _ in pairs}) == len({right for _, right in pairs}) == len(pairs)
    for side, rows in (("left", LEFT), ("right", RIGHT)):
        told = account(found, side, rows)
        assert told.linked == len(pairs)
        assert told.linked + told.in_review + told.alone == rows
        assert min(told.linked, told.in_review, told.alone) >= 0
    assert found.num_rows == linked().pairs.num_rows


@settings(max_examples=25, deadline=None)
@given(BITS, BITS, BITS, BITS, st.floats(0, 10))
def test_a_higher_threshold_never_adds_a_pair(a: float, b: float, c: float, d: float, margin: float) -> None:
    low_review, low_link, high_review, high_link = min(a, b), max(a, b), max(a, b, min(c, d)), max(a, b, c, d)
    low = decide(linked().pairs, Thresholds(link=low_link, review=low_review, margin=margin))
    high = decide(linked().pairs, Thresholds(link=high_link, review=high_review, margin=margin))
    assert links(high, Decision.LINK) <= links(low, Decision.LINK)
    assert links(high, Decision.LINK, Decision.REVIEW) <= links(low, Decision.LINK, Decision.REVIEW)


def test_it_makes_no_difference_which_register_comes_first(tmp_path: Path) -> None:
    turned = score(linked().right, linked().left, linked().model, tmp_path)
    turned = turned.rename_columns({"left": "right", "right": "left"}).sort_by(
        [("left", "ascending"), ("right", "ascending")]
    )
    straight = linked().pairs
    for name in ("left", "right", *(f"level_{one.name}" for one in COMPARISONS)):
        assert turned[name].to_pylist() == straight[name].to_pylist()
    assert all(
        isclose(a, b, abs_tol=1e-9)
        for a, b in zip(turned["bits"].to_pylist(), straight["bits"].to_pylist(), strict=True)
    )


def test_learning_twice_gives_the_same_numbers(tmp_path: Path) -> None:
    again = train(linked().left, linked().right, tmp_path)
    assert write_model(again) == write_model(linked().model)


def test_the_steps_of_an_explanation_add_up_to_the_weight() -> None:
    for pair in linked().pairs.slice(0, 300).to_pylist():
        told = explain(pair, linked().model)
        assert isclose(told.bits, pair["bits"], abs_tol=1e-6)
        assert isclose(told.before, log2(linked().model.prior / (1 - linked().model.prior)))


def test_a_family_at_one_home_with_one_telephone_is_not_one_person(tmp_path: Path) -> None:
    def home(*names: tuple[str, str]) -> pa.Table:
        rows = [
            {
                "line": place,
                "name": name,
                "birth": birth,
                "phone": "15400000001",
                "address": "和平区劝业场街道兆丰路社区3-2-501",
            }
            for place, (name, birth) in enumerate(names, 1)
        ]
        return prepare(pa.Table.from_pylist(rows), GAZETTEER)

    left = home(("张伟", "19700101"), ("李静", "19720305"))
    right = home(("张小明", "19980909"), ("李静", "19720305"))
    pairs = score(left, right, untrained(), tmp_path)
    assert [(one["left"], one["right"]) for one in pairs.to_pylist()] == [(2, 2)]


def test_two_of_one_name_and_birthday_are_left_to_a_person() -> None:
    pairs = pa.table({"left": [1, 1, 2], "right": [1, 2, 3], "bits": [12.0, 11.0, 12.0]})
    assert decide(pairs, Thresholds())["decision"].to_pylist() == ["REVIEW", "REVIEW", "LINK"]
    assert decide(pairs, Thresholds(margin=0.5))["decision"].to_pylist() == ["LINK", "APART", "LINK"]


def test_a_register_that_lacks_everything_stays_whole_and_unlinked(tmp_path: Path) -> None:
    bare = prepare(pa.table({"line": [1, 2, 3]}), GAZETTEER)
    assert bare.column_names == list(PREPARED)
    assert bare["line"].to_pylist() == [1, 2, 3]
    assert score(bare, bare, untrained(), tmp_path).num_rows == 0
    with pytest.raises(NothingToLearn):
        train(bare, bare, tmp_path)


def test_preparing_keeps_rows_and_their_order() -> None:
    made = make_registers(50, 60, 20, DIVISIONS, seed=3)
    assert set(made.left.column_names) <= {"line", "note", *GIVEN}
    assert prepare(made.left, GAZETTEER)["line"].to_pylist() == made.left["line"].to_pylist()
    assert make_registers(50, 60, 20, DIVISIONS, seed=3).right.equals(made.right)
    assert made.truth.num_rows == 20


def test_made_up_people_say_so_and_have_numbers_that_nobody_has() -> None:
    assert set(linked().made.left["note"].to_pylist()) == {"合成数据，非真实人员"}
    assert linked().made.truth.num_rows == BOTH
    known = [phone for phone in linked().made.right["phone"].to_pylist() if phone]
    assert sum(phone.startswith("154") for phone in known) / len(known) > 0.99


def test_a_model_is_a_text_that_is_read_as_it_was_written() -> None:
    text = write_model(linked().model)
    assert write_model(read_model(text)) == text
    assert text.count("\n") > 40


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"version":1,"prior":2,"weights":{}}'])
def test_what_is_no_model_is_refused(text: str) -> None:
    with pytest.raises(ModelUnfit):
        read_model(text)


def test_a_model_of_other_comparisons_or_impossible_shares_is_refused() -> None:
    text = write_model(untrained())
    with pytest.raises(ModelUnfit):
        read_model(text.replace('"SOUND"', '"SOUNDS"'))
    with pytest.raises(ModelUnfit):
        read_model(write_model(replace(untrained(), version=2)))


def test_points_are_what_they_say() -> None:
    pairs = pa.table({"left": [1, 2, 3], "right": [1, 2, 4], "bits": [9.0, 5.0, 1.0]})
    truth = pa.table({"left": [1, 2, 3, 4], "right": [1, 2, 3, 4]})
    assert measured(pairs, truth, [10, 5, 0]) == [
        Point(10, 0, 1.0, 0.0),
        Point(5, 2, 1.0, 0.5),
        Point(0, 3, 2 / 3, 0.5),
    ]


@settings(max_examples=20, deadline=None)
@given(st.lists(BITS.filter(lambda bits: bits >= -1), min_size=1, max_size=4, unique=True))
def test_what_another_threshold_would_do_is_what_it_does(steps: list[float]) -> None:
    told = {one.bits: one for one in effects(decide(linked().pairs, Thresholds()), "left", steps)}
    assert told.keys() == set(steps)
    for bits, effect in told.items():
        done = account(decide(linked().pairs, Thresholds(link=bits)), "left", LEFT)
        assert (effect.linked, effect.in_review) == (done.linked, done.in_review)
