"""The picture has room for everything, and says in numbers what it leaves out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.data.exchange.lineage.drawing import MOST_IN_A_BAND, Picture, fitted, tall, wide
from haihe.data.exchange.lineage.knots import Graph, Knot, Stage


def graph(numbers: list[int], hidden: int = 0) -> Graph:
    """Return a graph with that many knots in each stage, each after all of the stage before."""
    made = Graph()
    before: list[str] = []
    for stage, number in zip(Stage, numbers, strict=False):
        keys = [f"{stage}-{place}" for place in range(number)]
        for key in keys:
            made.add(Knot(key, stage, f"节点 {key} 很长很长的名称", "正常", "success", "细节", "/x/"), *before)
        before = keys or before
    made.hide(Stage.USE, hidden)
    return made


def overlaps(picture: Picture) -> bool:
    boxes = picture.boxes
    return any(
        a.x < b.x + b.width and b.x < a.x + a.width and a.y < b.end_y and b.y < a.end_y
        for place, a in enumerate(boxes)
        for b in boxes[place + 1 :]
    )


@given(st.lists(st.integers(0, 9), min_size=9, max_size=9), st.integers(0, 3))
def test_boxes_lie_inside_and_beside_each_other(numbers: list[int], hidden: int) -> None:
    made = graph(numbers, hidden)
    for picture in (wide(made), tall(made)):
        assert not overlaps(picture)
        assert all(box.x >= 0 and box.x + box.width <= picture.width for box in picture.boxes)
        assert all(box.y >= 0 and box.end_y <= max(picture.height, 0) for box in picture.boxes)


def test_what_is_too_much_or_hidden_is_a_number() -> None:
    picture = wide(graph([MOST_IN_A_BAND + 3], hidden=4))
    told = [box.told for box in picture.boxes if box.tone == "more"]
    assert len(picture.boxes) == MOST_IN_A_BAND + 2
    assert [sum(map(int, filter(str.isdigit, text))) for text in told] == [3, 4]


def test_broken_knots_are_never_left_out() -> None:
    made = graph([MOST_IN_A_BAND + 3])
    made.add(Knot("late", Stage.SOURCE, "晚", "断开", "danger"))
    assert any(box.tone == "danger" for box in wide(made).boxes)


def test_lines_join_what_is_drawn() -> None:
    picture = wide(graph([2, 0, 3, 1]))
    assert len(picture.lines) == 2 * 3 + 3


@pytest.mark.parametrize(("text", "told"), [("短", "短"), ("一二三四五六七八", "一二三四…"), ("abcdefgh", "abcdefgh")])
def test_long_titles_are_cut(text: str, told: str) -> None:
    assert fitted(text, 75) == told
