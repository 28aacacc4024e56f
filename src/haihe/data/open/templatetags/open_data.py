"""Filters of the platform's pages: `{% load open_data %}`."""

from collections.abc import Mapping

from django import template

from haihe.data.open.insight import written

register = template.Library()


@register.filter
def named(names: Mapping[str, str], code: str) -> str:
    """Return the name of a code that the page has looked up already."""
    return names.get(code, code)


@register.filter
def cell(value: object) -> str:
    """Write one cell of the data as data."""
    return written(value)
