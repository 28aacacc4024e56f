"""Take a source's rows as they would be opened, and let the gate look at them."""

from dataclasses import dataclass

import pyarrow as pa

from haihe.data.open import masking
from haihe.data.open.columns import OpenColumn
from haihe.data.open.gate import looking
from haihe.data.open.gate.facts import Facts
from haihe.data.open.gate.findings import Report
from haihe.data.open.masking import Mask
from haihe.data.open.models import Dataset, MaskMethod
from haihe.data.open.queries import masks_of
from haihe.data.open.sources import Source, typed


@dataclass(frozen=True, slots=True)
class Looked:
    """Rows as they would be opened, their columns, and what the gate says of them."""

    rows: pa.Table
    columns: tuple[OpenColumn, ...]
    masks: tuple[Mask, ...]
    key: tuple[str, ...]
    report: Report


def look(row: Dataset, source: Source) -> Looked:
    """Raises: NoTable."""
    columns = row.open_columns
    named = {column.name: column for column in columns}
    masks = tuple(Mask.of(decision, named.get(decision.column)) for decision in masks_of(row))
    table = typed(source.read([column.name for column in columns]), columns)
    opened = masking.masked(table, masks, least_group=row.least_group)
    after = masking.columns_after(columns, masks)
    changed = {mask.column for mask in masks if mask.method != MaskMethod.KEEP}
    key = tuple(row.key) if not changed & set(row.key) else ()
    return Looked(opened, after, masks, key, looking.check(opened, facts_of(row, after, masks, key)))


def facts_of(row: Dataset, columns: tuple[OpenColumn, ...], masks: tuple[Mask, ...], key: tuple[str, ...]) -> Facts:
    return Facts(
        title=row.title,
        title_en=row.title_en,
        summary=row.summary,
        publisher=row.owner,
        topic=row.topic,
        keywords=tuple(row.keywords),
        update_cycle=row.update_cycle,
        opening_type=row.opening_type,
        grade=row.grade,
        licence=row.licence,
        columns=columns,
        key=key,
        least_group=row.least_group,
        kept=frozenset(mask.column for mask in masks if mask.method == MaskMethod.KEEP),
    )
