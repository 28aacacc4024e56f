"""Filters of the platform's pages: `{% load open_data %}`."""

import json
from collections.abc import Mapping
from typing import Final

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from haihe.data.open import extensions, lines
from haihe.data.open.insight import written
from haihe.data.open.models import Dataset

register = template.Library()
_ESCAPES: Final = {ord(sign): f"\\u{ord(sign):04X}" for sign in "<>&\u2028\u2029"}


@register.simple_tag
def data_block(told: Mapping[str, object] | None) -> SafeString:
    """Write data for search engines into the page; whatever a text holds, it doesn't end the block."""
    if told is None:
        return mark_safe("")
    text = mark_safe(json.dumps(told, ensure_ascii=False).translate(_ESCAPES))  # noqa: S308 - no sign of HTML is left
    return format_html('<script type="application/ld+json">{}</script>', text)


@register.simple_tag
def dataset_line(row: Dataset, names: Mapping[str, str] | None) -> SafeString:
    """Draw one dataset of a list; with names, it tells whose it is."""
    return lines.drawn(row, named(names, row.owner) if names else "")


@register.filter
def named(names: Mapping[str, str], code: str) -> str:
    """Return the name of a code that the page has looked up already."""
    return names.get(code, code)


@register.filter
def cell(value: object) -> str:
    """Write one cell of the data as data."""
    return written(value)


@register.inclusion_tag("open/parts/list_actions.html")
def list_actions(query: str) -> dict[str, object]:
    """`{% list_actions "topic=civil" %}`: the buttons that other rooms put beside what a list shows."""
    return {"actions": extensions.list_actions(query)}
