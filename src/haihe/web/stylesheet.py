"""One stylesheet for all pages: of Tabler what our templates use, then our own, packed once for each release.

Tabler's file describes 4,000 classes, of which pages use some 200. Which ones, the templates and scripts say: a class
that stands in none of them is left out (by lightningcss, which knows CSS as browsers do). So a class of Tabler's stands
in a template or a script, never in Python alone; a test holds that.
"""

import builtins
import os
import re
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import lightningcss
from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core import checks
from django.core.files.storage import FileSystemStorage

from haihe.web.release import PACKAGE, templates
from haihe.web.vendor import NODE_MODULES

NAME: Final = "web/base.css"
TABLER: Final = NODE_MODULES / "@tabler" / "core" / "dist" / "css" / "tabler.min.css"
OWN: Final = tuple(
    PACKAGE / "web" / "static" / "web" / f"{name}.css" for name in ("haihe", "layout", "components", "lists")
)
_CLASS: Final = re.compile(r"\.(-?[A-Za-z_][A-Za-z0-9_-]*)")
_WORD: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_OPEN: Final = re.compile(r"([A-Za-z_][A-Za-z0-9_-]*-)\{[{%]")


def written() -> str:
    """Return the stylesheet. Raises: OSError where the front-end packages aren't installed."""
    tabler = TABLER.read_text(encoding="utf-8")
    kept = lightningcss.process_stylesheet(tabler, filename=TABLER.name, unused_symbols=unused(tabler, sources()))
    own = lightningcss.process_stylesheet("\n".join(path.read_text(encoding="utf-8") for path in OWN), filename=NAME)
    return f"{_licence(tabler)}\n{kept}\n{own}\n"


def unused(sheet: str, texts: Iterable[str]) -> set[str]:
    """Return the classes of a stylesheet that no text names, whole or, where a template fills in the end, begins."""
    words, beginnings = set[str](), set[str]()
    for text in texts:
        words.update(_WORD.findall(text))
        beginnings.update(_OPEN.findall(text))
    begins = tuple(beginnings)
    return {name for name in _CLASS.findall(sheet) if name not in words and not name.startswith(begins)}


def sources() -> Iterator[str]:
    """Yield what names classes: our templates and scripts."""
    scripts = (path for path in PACKAGE.rglob("static/**/*") if path.suffix in (".js", ".mjs"))
    for path in (*templates(), *scripts):
        yield path.read_text(encoding="utf-8")


@cache
def kept_in() -> Path:
    """Return the folder that holds the stylesheet of this release, written when it is first asked for."""
    folder: Path = settings.HAIHE.data_dir / "cache" / "stylesheet" / _mark()
    target = folder / NAME
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_suffix(f".{os.getpid()}")
        draft.write_text(written(), encoding="utf-8")
        draft.replace(target)
    return folder


def _mark() -> str:
    """Tell one sheet from another without reading all it is made of: the release tells the rest."""
    facts = TABLER.stat()
    told = f"{settings.STATIC_URL}|{facts.st_size}|{facts.st_mtime_ns}|{version('lightningcss')}|1"
    return sha256(told.encode()).hexdigest()[:24]


def _licence(sheet: str) -> str:
    """Keep the notice that the licence asks for."""
    notice = re.search(r"/\*!.*?\*/", sheet, re.DOTALL)
    return notice.group() if notice else ""


class StylesheetFinder(BaseFinder):
    """Finds the one stylesheet."""

    def find(self, path: str, find_all: bool = False, **_: Any) -> Any:
        found = [str(kept_in() / NAME)] if path == NAME and TABLER.is_file() else []
        return found if find_all else next(iter(found), [])

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[Any]:
        if TABLER.is_file():
            yield NAME, FileSystemStorage(location=kept_in())

    def check(self, **_: Any) -> builtins.list[checks.CheckMessage]:
        if TABLER.is_file():
            return []
        return [checks.Warning("Tabler's stylesheet is missing", hint="Run `make install`.", id="web.W002")]
