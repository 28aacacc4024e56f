"""A measurement, as one line for programs or as a table for people."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def as_json(result: "DataclassInstance") -> str:
    return json.dumps(asdict(result))


def as_table(result: "DataclassInstance") -> str:
    rows = [
        (name.replace("_", " "), f"{value:,}" if isinstance(value, int | float) else str(value))
        for name, value in asdict(result).items()
    ]
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:<{width}}  {value}" for name, value in rows)
