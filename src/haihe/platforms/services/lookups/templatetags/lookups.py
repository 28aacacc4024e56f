"""The tag that shows what people look up most, for the front page of services."""

from typing import Any

from django import template

from haihe.platforms.services.lookups import pages

register = template.Library()


@register.inclusion_tag("lookups/parts/frequent.html")
def frequent_lookups() -> dict[str, Any]:
    """`{% frequent_lookups %}`"""
    return {"lookups": pages.frequent(), "total": pages.total()}
