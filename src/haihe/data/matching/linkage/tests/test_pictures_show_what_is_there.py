from math import isclose

from haihe.data.matching.linkage.accuracy import Point, expected
from haihe.data.matching.linkage.drawing import WIDTH, curve, waterfall
from haihe.data.matching.linkage.explaining import explain
from haihe.data.matching.linkage.tests.registers import linked


def test_a_waterfall_begins_each_bar_where_the_one_above_ends() -> None:
    for pair in linked().pairs.slice(0, 50).to_pylist():
        told = explain(pair, linked().model)
        drawn = waterfall(told, [(5.0, "LINK")])
        assert [bar.kind for bar in drawn.bars][0::6] == ["BEFORE", "SUM"]
        assert isclose(drawn.bars[-1].link_x, drawn.bars[-2].link_x)
        for above, below in zip(drawn.bars, drawn.bars[1:-1], strict=False):
            assert isclose(min(abs(above.link_x - below.x), abs(above.link_x - below.x - below.width)), 0, abs_tol=1.6)
        assert all(bar.x >= 0 and bar.x + bar.width <= WIDTH and 0 <= bar.y < drawn.height for bar in drawn.bars)


def test_what_is_empty_has_a_step_that_says_nothing() -> None:
    pair = {**linked().pairs.slice(0, 1).to_pylist()[0], "level_phone": -1}
    drawn = waterfall(explain(pair, linked().model))
    assert next(bar.kind for bar in drawn.bars if bar.step and bar.step.comparison == "phone") == "NOTHING"


def test_a_curve_stays_in_its_box_and_marks_the_threshold_in_force() -> None:
    drawn = curve(expected(linked().pairs), 5.0)
    assert drawn.chosen is not None
    assert drawn.chosen[2].bits == 5.0
    assert all(0 <= x <= WIDTH and 0 <= y <= drawn.height for x, y, _ in drawn.dots)
    assert drawn.path.startswith("M")


def test_a_curve_of_nothing_is_empty() -> None:
    drawn = curve([Point(0, 0, 1, 0)], 5.0)
    assert (drawn.path, drawn.chosen, drawn.dots) == ("", None, ())
