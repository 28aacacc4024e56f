"""What departments paste: one paper a line, as their guides list them."""

import re

from haihe.data.catalogue.needs.models import PaperKind
from haihe.data.catalogue.needs.records import NewPaper
from haihe.kernel.text import tidy

_NUMBERING = re.compile(r"^\s*(?:[（(]?[0-9一二三四五六七八九十]{1,3}[)）.、．]|[-–—·•*●])\s*")
_SHOWN = re.compile(r"\s*[（(](?:(?:只需|仅)?出示|shown)[）)]\s*$")
_BETWEEN = re.compile(r"[|｜\t]")


def read_papers(text: str, known: dict[str, str] | None = None) -> tuple[NewPaper, ...]:
    """Read "title | what must be known", a paper a line; "（出示）" or "(shown)" after a title: it is only shown.

    `known` are codes by title: a paper that was there keeps its code, and with it what proves it.
    """
    known = known or {}
    taken = set(known.values())
    papers = []
    for line in text.replace("\x00", "").splitlines():
        title, *more = _BETWEEN.split(_NUMBERING.sub("", line), maxsplit=1)
        if not tidy(title):
            continue
        kind = PaperKind.SHOW if _SHOWN.search(title) else PaperKind.HAND_IN
        title = tidy(_SHOWN.sub("", title))
        papers.append(
            NewPaper(code=known.get(title) or _next_code(taken), title=title, asks=tidy("".join(more)), kind=kind)
        )
    return tuple(papers)


def papers_text(papers: list[tuple[str, str, str]]) -> str:
    """Write (title, asks, kind) as `read_papers` reads them."""
    return "\n".join(
        title + ("（出示）" if kind == PaperKind.SHOW else "") + (f" | {asks}" if asks else "")
        for title, asks, kind in papers
    )


def _next_code(taken: set[str]) -> str:
    number = next(n for n in range(1, len(taken) + 2) if f"paper-{n}" not in taken)
    taken.add(f"paper-{number}")
    return f"paper-{number}"
