"""Static files of the front-end packages, served from `node_modules` one by one: never the whole tree."""

import builtins
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core import checks
from django.core.files.storage import FileSystemStorage

NODE_MODULES = Path(__file__).resolve().parents[3] / "node_modules"
PREFIX = "vendor"
FILES = (
    "echarts/dist/echarts.common.min.js",
    "htmx.org/dist/htmx.min.js",
    "maplibre-gl/dist/maplibre-gl.css",
    "maplibre-gl/dist/maplibre-gl.mjs",
    "maplibre-gl/dist/maplibre-gl-worker.mjs",
)
"""What a page may ask for, below /static/…/vendor/. A new package is a line here and one in package.json."""


class _VendorStorage(FileSystemStorage):
    prefix = PREFIX


class VendorFinder(BaseFinder):
    """Finds `vendor/<package path>` for the files listed, and nothing else."""

    def __init__(self, app_names: Iterable[str] | None = None) -> None:
        self.storage = _VendorStorage(location=NODE_MODULES)

    def find(self, path: str, find_all: bool = False, **_: Any) -> Any:
        name = path.removeprefix(f"{PREFIX}/")
        listed = name != path and name in FILES and (NODE_MODULES / name).is_file()
        found = [str(NODE_MODULES / name)] if listed else []
        return found if find_all else next(iter(found), [])

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[Any]:
        for name in FILES:
            if (NODE_MODULES / name).is_file():
                yield name, self.storage

    def check(self, **_: Any) -> builtins.list[checks.CheckMessage]:
        missing = [name for name in FILES if not (NODE_MODULES / name).is_file()]
        if not missing:
            return []
        message = f"Front-end packages are missing: {', '.join(missing)}"
        return [checks.Warning(message, hint="Run `make install`.", id="web.W001")]
