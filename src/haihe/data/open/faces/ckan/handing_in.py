"""Rows that a publisher's program hands in: to the exchange's own door, as any file of the department."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import IO, Any, Final

from haihe.base.accounts.api import Actor
from haihe.data.exchange import api as exchange
from haihe.data.exchange.api import FeedRunInfo, FileRefused, NoRules
from haihe.data.open.faces.ckan.asking import is_scalar
from haihe.data.open.faces.ckan.errors import NotAuthorized, ValidationError
from haihe.data.open.models import Dataset

FULL, DELTA = "full", "delta"
MOST_RECORDS: Final = 50_000
_OPERATION: Final = "_op"
_REFUSED: Final = ("REJECTED", "FAILED")


def hand_in(
    actor: Actor, row: Dataset, filename: str, content: IO[bytes], *, mode: str, parameter: str, now: datetime
) -> FeedRunInfo:
    """Give a file to the exchange, which judges it row by row. Raises: ValidationError, NotAuthorized."""
    try:
        run = exchange.receive_file(actor, row.code, filename, content, now=now, mode=mode)
    except NoRules:
        raise NotAuthorized(
            "这个资源还没有定下汇集规则，请数据专员先在“数据汇集”中确定规则，再由程序报送。",
            "Rules for this register aren't settled yet: a steward settles them on the pages of the exchange first.",
        ) from None
    except FileRefused as refused:
        raise ValidationError({parameter: [refused.sentence]}) from None
    if run.state in _REFUSED:
        reasons = [f"{code}: {count}" for code, count in sorted(run.reasons.items())]
        raise ValidationError({parameter: [run.outcome, *reasons]})
    return run


def told_run(run: FeedRunInfo) -> dict[str, Any]:
    """Return how what was handed in stands; it becomes a version when the opening gate lets it."""
    return {
        "id": str(run.id),
        "state": run.state,
        "outcome": run.outcome,
        "rows_in": run.rows_in,
        "rows_accepted": run.rows_accepted,
        "rows_rejected": run.rows_rejected,
    }


def as_file(row: Dataset, records: Sequence[Mapping[str, Any]], *, operation: str = "") -> IO[bytes]:
    """Write records as a file of the department, under the catalogue's titles. Raises: ValidationError."""
    if len(records) > MOST_RECORDS:
        raise ValidationError.of(
            "records",
            f"一次最多 {MOST_RECORDS} 条，更多的请用 resource_create 上传文件。",
            f"At most {MOST_RECORDS} at a time; upload a file by resource_create for more.",
        )
    titles = titles_of(row)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*titles.values(), *([_OPERATION] if operation else [])])
    for record in records:
        named = {_name(key, titles): value for key, value in record.items() if key != "_id"}
        writer.writerow([*(_cell(named.get(name)) for name in titles), *([operation] if operation else [])])
    return io.BytesIO(text.getvalue().encode())


def titles_of(row: Dataset) -> dict[str, str]:
    """Return the catalogue's title of each field."""
    return {column.name: column.title for column in row.open_columns}


def known_field(name: object, titles: Mapping[str, str]) -> str:
    """Raises: ValidationError."""
    return _name(name, titles, parameter="fields")


def _name(name: object, titles: Mapping[str, str], *, parameter: str = "records") -> str:
    found = name if name in titles else next((field for field, title in titles.items() if title == name), None)
    if not isinstance(found, str):
        told = str(name)[:60]
        raise ValidationError.of(
            parameter, f"目录中没有信息项“{told}”。", f'The catalogue entry has no item "{told}"; fields come from it.'
        )
    return found


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if not is_scalar(value):
        raise ValidationError.of("records", "单元格应当是文字、数字或者空。", "Cells are texts, numbers or null.")
    return str(value).lower() if isinstance(value, bool) else str(value)
