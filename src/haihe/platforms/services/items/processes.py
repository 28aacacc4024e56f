"""How a case of an item runs, as the process says that its cases will take: drawn, and told step by step."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from textwrap import wrap
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from haihe.city import api as city
from haihe.kernel.process.definition import Process, Task, Wait, Words, read_process
from haihe.kernel.process.picture import BOX_HEIGHT, BOX_WIDTH, Box, Line, picture
from haihe.platforms.services.items import shelf
from haihe.platforms.services.items.definition import ItemDefinition

FOLDER: Final = shelf.ROOT.parent / "processes"
"""The cases' own folder: what they run is what people are shown."""
_WHO: Final = {"citizen": _("申请人"), "clerk": _("工作人员"), "approver": _("审批人"), "": _("系统")}
_LINE_HEIGHT: Final = 20
_CHINESE_LINE, _ENGLISH_LINE = 10, 20
_MOST_LINES: Final = 2


@dataclass(frozen=True, slots=True)
class DrawnBox:
    """A step's box; `lines` of its title with the height at which each stands, `who` takes it."""

    box: Box
    lines: tuple[tuple[int, str], ...]
    who: str | Promise

    @property
    def middle(self) -> int:
        return self.box.x + BOX_WIDTH // 2


@dataclass(frozen=True, slots=True)
class Drawing:
    """A process as SVG wants it."""

    width: int
    height: int
    box_width: int
    box_height: int
    boxes: tuple[DrawnBox, ...]
    paths: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class ToldStep:
    """A step that somebody takes, in the order of the file."""

    title: str
    who: str | Promise


@cache
def process_of(name: str) -> Process | None:
    """Return the process that cases of this name take; None where there is none (yet). Raises: ProcessRefused."""
    file = FOLDER / f"{name}.toml"
    return read_process(file.read_text(encoding="utf-8")) if file.is_file() else None


def drawing_of(process: Process, item: ItemDefinition) -> Drawing:
    """Lay the process out as cases of the item run, its words in the reader's language."""
    drawn = picture(process)
    boxes = tuple(_drawn(box, _party(process, box.step, item)) for box in drawn.boxes)
    paths = tuple((_path(line), line.back) for line in drawn.lines)
    return Drawing(drawn.width, drawn.height, BOX_WIDTH, BOX_HEIGHT, boxes, paths)


def told_steps(process: Process, item: ItemDefinition) -> tuple[ToldStep, ...]:
    """Return the steps that people or data take, for who would rather read than look."""
    return tuple(
        ToldStep(_said(step.title), _who(_party(process, step.id, item)))
        for step in process.steps
        if isinstance(step, Task | Wait)
    )


def _party(process: Process, step: str, item: ItemDefinition) -> str:
    found = process.step(step)
    if not isinstance(found, Task):
        return ""
    return found.taken_by({"other_department": item.other_department} if item.other_department else {})


def _who(party: str) -> str | Promise:
    if party.startswith("department:"):
        found = city.organisation(party.removeprefix("department:"))
        return ((found.name_en if _in_english() else found.short_name) or found.name) if found else _("其他部门")
    return _WHO.get(party, _("工作人员"))


def _drawn(box: Box, party: str) -> DrawnBox:
    lines = tuple(_broken(_said(box.title)))
    top = box.y + (BOX_HEIGHT - _LINE_HEIGHT * len(lines)) // 2 + _LINE_HEIGHT - 5
    return DrawnBox(box, tuple((top + n * _LINE_HEIGHT, line) for n, line in enumerate(lines)), _who(party))


def _broken(title: str) -> Iterator[str]:
    """Break a title into lines that fit into a box; what is left over is told in the list beside it."""
    if _in_english():
        yield from wrap(title, _ENGLISH_LINE, max_lines=_MOST_LINES, placeholder=" …")
    else:
        for start in range(0, min(len(title), _CHINESE_LINE * _MOST_LINES), _CHINESE_LINE):
            yield title[start : start + _CHINESE_LINE]


def _path(line: Line) -> str:
    (x, y), *others = line.points
    return f"M{x} {y}" + "".join(f"L{x} {y}" for x, y in others)


def _said(words: Words) -> str:
    return words.en if _in_english() else words.zh


def _in_english() -> bool:
    return (get_language() or "").startswith("en")
