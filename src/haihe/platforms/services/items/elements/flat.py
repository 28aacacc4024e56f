"""An item as rows of cells that hold text, and rows as what a definition is read from."""

import json
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from haihe.platforms.services.items import definition
from haihe.platforms.services.items.definition import ItemDefinition
from haihe.platforms.services.items.elements.columns import (
    FIELD,
    ITEM,
    OWN_SECTION,
    SECTION,
    TABLES,
    Column,
    Table,
    table,
)

type Row = dict[str, str]
type Rows = dict[str, list[Row]]
"""The rows of each table by its key; every cell is text, "" where nothing stands."""
type Raw = dict[str, Any]

_NESTED: Final = ("conditions", "legal_basis", "papers", "checks", "steps", "faq")
_BETWEEN: Final = re.compile(r"[\n、，,;；]")
_FORM_COLUMNS: Final = ("type", "label", "required", "when")


def rows_of(item: ItemDefinition) -> Rows:
    """Return every element of the item."""
    raw = definition.to_json(item)
    assert isinstance(raw, dict)  # noqa: S101 - a struct becomes a mapping
    rows: Rows = {ITEM: [_row(table(ITEM), raw)]}
    rows |= {key: [_row(table(key), part) for part in raw[key]] for key in _NESTED}
    rows["verify"] = [
        _row(table("verify"), {"paper": paper["slug"], **paper["verify"]}) for paper in raw["papers"] if paper["verify"]
    ]
    rows["form"] = _form_rows(raw["form"])
    return rows


def raw_of(rows: Rows) -> Raw:
    """Return what a definition is read from. Raises: ValueError on cells that `faults` would name."""
    (item,) = (_raw(table(ITEM), row) for row in rows[ITEM][:1])
    raw: Raw = item | {key: [_raw(table(key), row) for row in rows.get(key, [])] for key in _NESTED}
    asked = {row["paper"]: _raw(table("verify"), row, skip="paper") for row in rows.get("verify", [])}
    for paper in raw["papers"]:
        if paper["slug"] in asked:
            paper["verify"] = asked[paper["slug"]]
    raw["form"] = _form(rows.get("form", []))
    return raw


def filled_rows(rows: Iterable[Mapping[str, str]], table: Table) -> list[Row]:
    """Return rows with a cell for each column, those left out in which nothing stands."""
    whole = [{column.name: _plain(row.get(column.name, "")) for column in table.columns} for row in rows]
    return [row for row in whole if any(row.values())]


def _plain(cell: str) -> str:
    return cell.replace("\r\n", "\n").replace("\r", "\n").strip()


def complete(rows: Mapping[str, Iterable[Mapping[str, str]]]) -> Rows:
    """Return rows for every table, whatever was left out."""
    return {one.key: filled_rows(rows.get(one.key, ()), one) for one in TABLES}


def without_version(rows: Rows) -> Rows:
    """Return the rows without the number, which is given when a version is approved."""
    return {**rows, ITEM: [{**row, "version": ""} for row in rows.get(ITEM, [])]}


def split(text: str) -> list[str]:
    """Return the parts of a cell that holds several."""
    return list(dict.fromkeys(part.strip() for part in _BETWEEN.split(text) if part.strip()))


def _row(table: Table, part: Mapping[str, Any]) -> Row:
    return {column.name: _told(_at(part, column.name.split("."))) for column in table.columns}


def _at(part: Any, path: list[str]) -> Any:
    for name in path:
        part = part.get(name) if isinstance(part, Mapping) else None
    return part


def _told(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return "\n".join(map(str, value))
    return str(value)


def _raw(table: Table, row: Row, skip: str = "") -> Raw:
    raw: Raw = {}
    for column in table.columns:
        if column.name != skip:
            _put(raw, column, row.get(column.name, ""))
    return raw


def _put(raw: Raw, column: Column, cell: str) -> None:
    """Set the value where it stands. What has no text is left out, so that a whole part may be missing."""
    *way, last = column.name.split(".")
    if not cell and (way or column.kind not in ("text", "list", "several")):
        return
    for name in way:
        raw = raw.setdefault(name, {})
    raw[last] = _value(column, cell)


def _value(column: Column, cell: str) -> Any:
    if column.kind == "number":
        return int(cell)
    if column.kind == "amount":
        try:
            return str(Decimal(cell))
        except InvalidOperation as wrong:
            raise ValueError(cell) from wrong
    return split(cell) if column.kind in ("list", "several") else cell


def _form_rows(form: Mapping[str, Any]) -> list[Row]:
    rows = [_form_row(SECTION, {"name": use} if isinstance(use, str) else use) for use in form.get("sections", ())]
    for row, use in zip(rows, form.get("sections", ()), strict=True):
        # A bare name and a use that says nothing more read alike; kept apart, a version comes back unchanged.
        if not isinstance(use, str) and not row["rest"]:
            row["rest"] = "{}"
    rows += [_form_row(OWN_SECTION, one) for one in form.get("section", ())]
    return rows + [_form_row(FIELD, one) for one in form.get("fields", ())]


def _form_row(part: str, told: Mapping[str, Any]) -> Row:
    rest = dict(told)
    row = {"part": part, "name": str(rest.pop("name", "")), "type": "", "label.zh": "", "label.en": ""}
    row |= {"required": "", "when": ""}
    if part == FIELD:
        row |= _plain_cells(rest)
    return row | {"rest": json.dumps(rest, ensure_ascii=False, sort_keys=True) if rest else ""}


def _plain_cells(rest: Raw) -> Row:
    """Take out of `rest` what has a column of its own."""
    cells: Row = {}
    for name in ("type", "when"):
        if rest.get(name) and isinstance(rest[name], str):
            cells[name] = rest.pop(name)
    if isinstance(rest.get("required"), bool):
        cells["required"] = "yes" if rest.pop("required") else "no"
    label = rest.get("label")
    if isinstance(label, Mapping) and label.keys() == {"zh", "en"} and all(label.values()):
        cells |= {f"label.{language}": str(text) for language, text in rest.pop("label").items()}
    return cells


def _form(rows: list[Row]) -> Raw:
    parts: dict[str, list[Any]] = {SECTION: [], OWN_SECTION: [], FIELD: []}
    for row in rows:
        parts[row["part"]].append(_form_part(row))
    named = (("sections", SECTION), ("section", OWN_SECTION), ("fields", FIELD))
    return {name: parts[part] for name, part in named if parts[part]}


def _form_part(row: Row) -> str | Raw:
    rest = json.loads(row["rest"]) if row["rest"] else {}
    if not isinstance(rest, dict):
        raise ValueError(row["rest"])
    told: Raw = {"name": row["name"], **rest}
    for name in ("type", "when"):
        if row[name]:
            told[name] = row[name]
    if row["required"]:
        told["required"] = row["required"] == "yes"
    if row["label.zh"] or row["label.en"]:
        told["label"] = {"zh": row["label.zh"], "en": row["label.en"]}
    return row["name"] if row["part"] == SECTION and not row["rest"] else told
