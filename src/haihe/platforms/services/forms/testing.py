"""Forms for tests, here and a storey higher."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from haihe.platforms.services.forms.definition import Form, parse

TODAY = date(2026, 11, 26)


def field(name: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    """Return a field as an item's file has it."""
    return {"name": name, "type": kind, "label": {"zh": f"栏目 {name}", "en": name}} | more


def form_of(*fields: Mapping[str, Any], sections: tuple[Any, ...] = ()) -> Form:
    """Return a form of these fields, with shared sections around them."""
    return parse({"sections": list(sections), "fields": list(fields)})
