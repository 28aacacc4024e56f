"""A measurement, as one line for programs or as a table for people."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def as_json(result: "DataclassInstance") -> str:
    return json.dumps(asdict(result))


def as_table(result: "DataclassInstance") -> str:
    rows = list(_rows(asdict(result)))
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:<{width}}  {value}" for name, value in rows)


def _rows(figures: dict[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for name, value in figures.items():
        told = above + name.replace("_", " ")
        if isinstance(value, dict):
            yield from _rows(value, f"{told} · ")
        else:
            yield told, f"{value:,}" if isinstance(value, int | float) else str(value)
