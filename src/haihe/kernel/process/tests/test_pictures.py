"""A process can be drawn: every step once, no two on top of each other, every way a line."""

from hypothesis import given

from haihe.kernel.process.definition import Process
from haihe.kernel.process.picture import BOX_HEIGHT, BOX_WIDTH, picture
from haihe.kernel.process.testing import OPENING, processes


@given(processes())
def test_boxes_stand_apart_and_inside(process: Process) -> None:
    drawn = picture(process)

    assert sorted(box.step for box in drawn.boxes) == sorted(step.id for step in process.steps)
    assert len({(box.x, box.y) for box in drawn.boxes}) == len(drawn.boxes)
    assert all(box.x + BOX_WIDTH <= drawn.width and box.y + BOX_HEIGHT <= drawn.height for box in drawn.boxes)
    assert all(0 <= x <= drawn.width and 0 <= y <= drawn.height for line in drawn.lines for x, y in line.points)
    assert {(line.source, line.target) for line in drawn.lines} == {
        (step.id, way) for step in process.steps for way in step.ways
    }


def test_what_follows_stands_below() -> None:
    drawn = picture(OPENING)
    heights = {box.step: box.y for box in drawn.boxes}

    assert heights["accept"] < heights["examine"] < heights["licensed"] < heights["seal"] == heights["tax"]
    assert {line.name for line in drawn.lines if line.source == "accept"} == {"complete", "missing"}
