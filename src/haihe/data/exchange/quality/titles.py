"""Which field of the rules a column of a title is, as it would be read now."""

from collections.abc import Sequence

from haihe.data.exchange.quality import drift
from haihe.data.exchange.quality.models import ColumnMapping
from haihe.data.exchange.rules import RegisterSchema, fold_title

_NEWEST = 20


def fields_titled(schema: RegisterSchema, titles: Sequence[str]) -> list[str]:
    """Return the fields of columns by the newest mapping that has all of them, else by the rules; "" for none."""
    wanted = [fold_title(title) for title in titles]
    for mapping in ColumnMapping.objects.filter(resource=schema.resource)[:_NEWEST]:
        agreed = {fold_title(each.title): each.field for each in drift.read(mapping.columns)}
        if agreed.keys() >= set(wanted):
            return [agreed[title] for title in wanted]
    known = {fold_title(title): column.field for column in schema.columns for title in column.titles}
    return [known.get(title, "") for title in wanted]
