"""A first set of rules for a resource, made from what its catalogue entry says of its items.

It is a proposal: a steward of the owner reads, mends and confirms it. What the catalogue can't say (ranges, other
titles, what the gateway may index) gets the careful choice.
"""

import re
from collections.abc import Callable
from typing import Final

from haihe.data.catalogue.api import ItemEntry, ResourceEntry
from haihe.data.exchange.quality.ruleset import Check, CheckKind, RuleSet, Severity, default_checks
from haihe.data.exchange.rules import Column, Kind, Personal, RegisterSchema, fold_title

type CodesOf = Callable[[str], tuple[str, ...]]

MOST_COLUMNS = 300
_ID_NUMBER = re.compile(r"身份证|公民身份号码|证件号码|证件编号")
_DIVISION = re.compile(r"区划代码|区划编码|行政区划$")
_PERSON_NAME = re.compile(r"姓名$|^负责人$|^法定代表人$|^联系人$|^户主$")
_PHONE = re.compile(r"手机|电话")
_BY_LETTER: Final = {
    "N": Kind.DECIMAL,
    "Y": Kind.DECIMAL,
    "I": Kind.INTEGER,
    "D": Kind.DATE,
}
_YES_NO = ("是", "否", "1", "0", "Y", "N", "true", "false")
_PATTERNS = {"B": r"[-+]?\d+(\.\d+)?", "F": r"[-+]?\d+(\.\d+)?", "T": r"\d{4}[-/]\d{1,2}[-/]\d{1,2}([ T][\d:.]+)?"}
_PHONE_PATTERN = r"[-+() \d]{7,20}"
_PERSONAL = ("PERSONAL", "SENSITIVE")
# What the staging files and the lake's own columns are called.
_TAKEN = {"line", "row_key", "digest", "sealed", "subject"}


class NothingToPropose(Exception):
    """The entry says nothing of its items, so there is nothing to make rules from."""


def propose(entry: ResourceEntry, codes_of: CodesOf) -> RuleSet:
    """Return rules made from an entry's items; `codes_of` gives a code list's codes. Raises: NothingToPropose."""
    if not 0 < len(entry.items) <= MOST_COLUMNS:
        raise NothingToPropose
    columns: list[Column] = []
    titles: set[str] = set()
    for item in entry.items:
        columns.append(_column(item, codes_of, titles, has_subject=any(map(_is_subject, columns))))
    schema = RegisterSchema(resource=entry.code, title=entry.title, columns=tuple(columns))
    checks = (*_patterns(entry, schema), *default_checks(schema, size=Severity.HOLD))
    return RuleSet(schema=schema, checks=checks)


def _is_subject(column: Column) -> bool:
    return column.personal is Personal.SUBJECT


def _column(item: ItemEntry, codes_of: CodesOf, titles: set[str], *, has_subject: bool) -> Column:
    options = codes_of(item.code_list) if item.code_list else ()
    kind = Kind.CODE if options else _kind(item)
    personal = _personal(item, kind, has_subject=has_subject)
    return Column(
        field=f"{item.name}_value" if item.name in _TAKEN else item.name,
        title=_new(titles, item.title, item.name),
        aliases=tuple(name for name in (item.name,) if _is_new(titles, name)),
        kind=kind,
        required=item.is_required or personal is Personal.SUBJECT,
        personal=personal,
        indexed=personal is Personal.NONE and kind is not Kind.TEXT,
        options=options or (_YES_NO if kind is Kind.CODE else ()),
        max_length=min(item.length or 200, 4000) if kind is Kind.TEXT else 200,
    )


def _kind(item: ItemEntry) -> Kind:
    if item.data_type in _BY_LETTER:
        return _BY_LETTER[item.data_type]
    if item.data_type == "L":
        return Kind.CODE
    if item.data_type != "C":
        return Kind.TEXT
    if "信用代码" in item.title:
        return Kind.CREDIT_CODE
    if _ID_NUMBER.search(item.title) and item.length in (None, 18) and item.sensitivity in _PERSONAL:
        return Kind.ID_NUMBER
    return Kind.DIVISION if _DIVISION.search(item.title) and item.length in (None, 6, 9, 12) else Kind.TEXT


def _personal(item: ItemEntry, kind: Kind, *, has_subject: bool) -> Personal:
    """Identity numbers and free text about people never lie plain; codes, dates and figures are what is asked for."""
    if kind is Kind.ID_NUMBER:
        return Personal.IDENTITY if has_subject else Personal.SUBJECT
    if item.sensitivity not in _PERSONAL:
        return Personal.NONE
    if kind is Kind.TEXT and _PERSON_NAME.search(item.title):
        return Personal.NAME
    return Personal.SEALED if kind is Kind.TEXT or item.is_identifying else Personal.NONE


def _new(titles: set[str], *names: str) -> str:
    """Return the first name that no other column has, and keep it."""
    return next(name for name in (*names, f"{names[0]}（{names[1]}）") if _is_new(titles, name))


def _is_new(titles: set[str], name: str) -> bool:
    folded = fold_title(name)
    if not folded or folded in titles:
        return False
    titles.add(folded)
    return True


def _patterns(entry: ResourceEntry, schema: RegisterSchema) -> list[Check]:
    """What the exchange has no kind of its own for is at least looked at."""
    checks = []
    for item, column in zip(entry.items, schema.columns, strict=True):
        pattern = _PATTERNS.get(item.data_type) or (_PHONE_PATTERN if _PHONE.search(item.title) else "")
        if pattern and column.kind is Kind.TEXT and column.personal is Personal.NONE:
            code = f"PATTERN_{column.field.upper()}"[:64]
            checks.append(
                Check(
                    code=code,
                    kind=CheckKind.PATTERN,
                    severity=Severity.WARN,
                    fields=(column.field,),
                    pattern=pattern,
                    limit=1,
                )
            )
    return checks[:20]
