"""A result on disk: one row for each match, what is personal in it sealed row by row.

`result.parquet` holds `row` (from 1), `subject`, `output_<n>` for plain output fields, and `sealed`: as JSON the
personal ones and those that the grant masks, for which whoever opens them needs a reason. It is read page by page.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from haihe.base.keys.api import keyring
from haihe.data.exchange import api as exchange
from haihe.data.matching.definition import Definition, Outcome
from haihe.data.matching.inputs import Granted
from haihe.kernel.mask_rules import Mask, Unmaskable

RESULT: Final = "result.parquet"
_BATCH_ROWS: Final = 50_000


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One match. `plain` are the output fields that anybody may see who may see the result, by `input.field`."""

    row: int
    subject: bytes | None
    plain: Mapping[str, Any]
    sealed: bytes | None


def write_result(judged: Path, folder: Path, model: Definition, inputs: Mapping[str, Granted], *, number: str) -> Path:
    """Write the matches among the judged rows; return the file. Raises: SnapshotDamaged."""
    matches = pq.read_table(judged, filters=[("outcome", "=", Outcome.MATCHED.value)])
    sealed = [part for part in model.output if not _shows_whole(part, inputs)]
    opened = {part: _masked(_opened(matches, part, model, inputs), part, inputs) for part in sealed}
    plain = [f"output_{place}" for place, part in enumerate(model.output) if part not in sealed]
    columns: dict[str, Any] = {
        "row": pa.array(np.arange(1, matches.num_rows + 1), pa.int64()),
        "subject": matches["subject"],
        **{name: matches[name] for name in plain},
    }
    if sealed:
        columns["sealed"] = pa.array(_sealed(opened, matches.num_rows, number), pa.binary())
    target = folder / RESULT
    pq.write_table(pa.table(columns), target, compression="zstd", row_group_size=_BATCH_ROWS)
    return target


def read_page(folder: Path, model: Definition, *, first: int, count: int) -> list[ResultRow]:
    """Return the rows numbered from `first` on, at most `count`."""
    table = pq.read_table(folder / RESULT, filters=[("row", ">=", first), ("row", "<", first + count)])
    names = {f"output_{place}": part for place, part in enumerate(model.output)}
    return [
        ResultRow(
            row=one["row"],
            subject=one["subject"],
            plain={names[name]: value for name, value in one.items() if name in names},
            sealed=one.get("sealed"),
        )
        for one in table.to_pylist()
    ]


def open_row(row: ResultRow, *, number: str) -> dict[str, str | int | None]:
    """Return the sealed output fields of a row in clear, by `input.field`."""
    if row.sealed is None:
        return {}
    opened: dict[str, str | int | None] = json.loads(keyring().open(row.sealed, context=_context(number, row.row)))
    return opened


def _shows_whole(part: str, inputs: Mapping[str, Granted]) -> bool:
    name, _, field = part.partition(".")
    return inputs[name].shows_whole(field)


def _opened(matches: pa.Table, part: str, model: Definition, inputs: Mapping[str, Granted]) -> list[str | int | None]:
    """Return the field of each match in clear."""
    name, _, field = part.partition(".")
    if inputs[name].table.fields[field].stored.is_plain:
        return [_value(one) for one in matches[f"output_{model.output.index(part)}"].to_pylist()]
    lines = matches[f"line_{name}"]
    wanted = pa.array(pc.unique(lines).drop_null())
    found: dict[int, str | None] = {}
    for batch in exchange.read_rows(inputs[name].snapshot, [field]):
        chosen = batch.filter(pc.is_in(batch["line"], wanted))
        found |= dict(zip(chosen["line"].to_pylist(), chosen[field].to_pylist(), strict=True))
    return [found.get(line) for line in lines.to_pylist()]


def _masked(values: list[str | int | None], part: str, inputs: Mapping[str, Granted]) -> list[str | int | None]:
    """A value that its mask isn't made for is left out rather than let through."""
    name, _, field = part.partition(".")
    mask = inputs[name].masks.get(field)
    return values if mask is None else [None if value is None else _by(mask, value) for value in values]


def _by(mask: Mask, value: str | int) -> str | int | None:
    try:
        return mask(value)
    except Unmaskable:
        return None


def _value(stored: Any) -> str | int | None:
    return stored if stored is None or isinstance(stored, int) else str(stored)


def _sealed(opened: Mapping[str, Sequence[str | int | None]], rows: int, number: str) -> Iterator[bytes]:
    keys = keyring()
    for place in range(rows):
        values = {part: of_part[place] for part, of_part in opened.items()}
        text = json.dumps(values, ensure_ascii=False).encode()
        yield keys.seal(text, context=_context(number, place + 1))


def _context(number: str, row: int) -> str:
    return f"match:{number}:{row}"


def subjects_of(file: Path) -> Sequence[bytes]:
    """Return the subject keys that a result names."""
    return [key for key in pq.read_table(file, columns=["subject"])["subject"].to_pylist() if key]
