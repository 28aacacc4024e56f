"""Filters of the platform's pages: `{% load open_data %}`."""

from collections.abc import Mapping
from datetime import date, datetime

from django import template

register = template.Library()


@register.filter
def named(names: Mapping[str, str], code: str) -> str:
    """Return the name of a code that the page has looked up already."""
    return names.get(code, code)


@register.filter
def cell(value: object) -> str:
    """Write one cell of the data as data: days and hours in ISO's way, numbers without trailing noughts."""
    if value is None:
        return "—"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:g}" if isinstance(value, float) and value.is_integer() else str(value)
