"""The tree in memory: nodes by code, and the place of an entry that was registered without one."""

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from django.utils.translation import get_language

BASE, THEME, DEPARTMENT = "1", "2", "3"
CLASS_DIGITS, KIND_DIGITS, LEAST_DIGITS = 1, 3, 6
"""类; 类 and 项; 类, 项 and 目: what a full code has at least."""
CATEGORIES: Final = {BASE: "BASE", THEME: "THEME", DEPARTMENT: "DEPARTMENT"}
_CLASSES: Final = {category: code for code, category in CATEGORIES.items()}
_OTHERS: Final = {BASE: "199", THEME: "299"}
_OWNER = re.compile(r"12([0A-HJ-NP-Z])([0-9]{3})([0-9]*)")
_LEVELS: Final = "0ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Level signs of DB12/T 819.3 in order: 项 01 of the department class is the city's, 02 the first district's …"""


@dataclass(frozen=True, slots=True)
class Node:
    """One node; `title_en` is its English."""

    code: str
    title: str
    title_en: str

    @property
    def local_title(self) -> str:
        """The title in the reader's language."""
        return self.title_en if (get_language() or "").startswith("en") else self.title

    @property
    def full_code(self) -> str:
        """The code of an entry that stands here: a 项 without 目 is filled up with noughts."""
        return self.code.ljust(LEAST_DIGITS, "0")


@cache
def nodes() -> dict[str, Node]:
    """Return the nodes of tree.txt in the order of their codes. Raises: ValueError for a line that can't be one."""
    text = resources.files("haihe.data.catalogue.classification").joinpath("tree.txt").read_text(encoding="utf-8")
    found: dict[str, Node] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            code, title, english = (cell.strip() for cell in line.split("|"))
            found[code] = Node(code, title, english)
    for code in found:
        if not _is_code(code) or (parent_of(code) and parent_of(code) not in found):
            raise ValueError(f"classification: {code} is no code, or stands below nothing")
    return dict(sorted(found.items()))


def _is_code(code: str) -> bool:
    return code.isascii() and code.isdigit() and (len(code) in (CLASS_DIGITS, KIND_DIGITS) or len(code) >= LEAST_DIGITS)


def parent_of(code: str) -> str:
    """Return the code of the node above, "" for a class. 细目 have two digits a level."""
    if len(code) <= KIND_DIGITS:
        return code[: len(code) - 2]
    return code[:KIND_DIGITS] if len(code) <= LEAST_DIGITS else code[:-2]


def path_of(code: str) -> list[Node]:
    """Return the nodes from the class down to a full code; for the department class the class alone."""
    known, path = nodes(), list[Node]()
    if code.startswith(DEPARTMENT):
        return [known[DEPARTMENT]]
    while code:
        if code in known:
            path.insert(0, known[code])
        code = parent_of(code)
    return path


def is_place(code: str, owner: str) -> bool:
    """True if an entry of the owner may stand there: below a 项 of tree.txt, or at the owner's own department."""
    if code.startswith(DEPARTMENT):
        return code == department_code(owner)
    return any(node.full_code == code for node in choices())


def choices() -> list[Node]:
    """Return the nodes of the base and theme classes that an entry may stand at."""
    return [node for node in nodes().values() if len(node.code) >= KIND_DIGITS]


def department_code(owner: str) -> str:
    """Return an organisation's place in the department class: 3, its level, its number, and its unit's digits."""
    match = _OWNER.fullmatch(owner)
    if match is None:
        raise ValueError("no organisation code")
    return f"{DEPARTMENT}{_LEVELS.index(match[1]) + 1:02}{match[2]}{match[3]}"


def place_for(*, category: str, subject: str, owner: str) -> str:
    """Return the full code for a category and a subject told in words; what isn't known stands under 其他."""
    top = _CLASSES[category]
    if top == DEPARTMENT:
        return department_code(owner)
    named = (node for node in choices() if node.code.startswith(top) and node.title == subject)
    node = next(named, nodes()[_OTHERS[top]])
    return node.full_code


def subject_of(code: str, told: str) -> str:
    """Return the title of the last node of a full code's path; what was told where the tree says nothing closer."""
    closer = not code.startswith((DEPARTMENT, *_OTHERS.values()))
    return path_of(code)[-1].title if closer or not told else told
