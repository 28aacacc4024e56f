"""Read the lists that every city starts with."""

from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True)
class StandardList:
    """One list of standard.txt; `codes` are pairs of code and meaning."""

    slug: str
    title: str
    standard: str
    codes: list[tuple[str, str]]


def standard_lists() -> list[StandardList]:
    text = resources.files("haihe.data.catalogue.code_lists").joinpath("standard.txt").read_text(encoding="utf-8")
    found: list[StandardList] = []
    for line in text.splitlines():
        if line.startswith("## "):
            slug, title, standard = (cell.strip() for cell in line.removeprefix("## ").split("|"))
            found.append(StandardList(slug, title, standard, []))
        elif line and not line.startswith("#"):
            code, meaning = (cell.strip() for cell in line.split("|"))
            found[-1].codes.append((code, meaning))
    return found
