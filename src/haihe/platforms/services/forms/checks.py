"""What makes a form's definition unusable: told in one sentence each, naming the field."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from haihe.kernel.mask_rules import MASKS
from haihe.kernel.process.conditions import ConditionRefused
from haihe.platforms.services.forms.bounds import bounds_of
from haihe.platforms.services.forms.fields import BOUNDED, LISTS, WITH_AMOUNT, Field, Kind, Section
from haihe.platforms.services.forms.refusals import FormError
from haihe.platforms.services.forms.whens import as_schema, names_in

_NAME = re.compile(r"[a-z][a-z0-9_]{0,47}")
_RESERVED: Final = frozenset(
    {"and", "or", "not", "in", "is", "if", "else", "True", "False", "None", "csrfmiddlewaretoken"}
)
_NO_ROWS: Final = frozenset({Kind.TABLE, Kind.FILE, Kind.SIGNATURE})
_MOST_DECIMALS: Final = 6
_MOST_AMOUNT: Final = 10**14
_SOME_DAY: Final = date(2024, 2, 29)
"""Bounds are checked against one day; those told from today move together."""


def complaints(sections: Sequence[Section]) -> Iterator[str]:
    """Yield what is wrong with a form; nothing if it can be used."""
    yield from _twice("section", [section.name for section in sections])
    yield from _twice("field", [field.name for section in sections for field in section.fields])
    said: dict[str, Field] = {}
    for section in sections:
        yield from _condition(section.when, said, f"section {section.name}")
        for field in section.fields:
            yield from _condition(field.when, said, f"field {field.name}")
            yield from _field(field)
            said[field.name] = field
    if not said:
        yield "a form asks for something"
    if sum(field.kind is Kind.SIGNATURE for field in said.values()) > 1:
        yield "a form is signed once"


def _twice(what: str, names: list[str]) -> Iterator[str]:
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"two {what}s are called {name}"


def _condition(text: str, said: dict[str, Field], where: str) -> Iterator[str]:
    if not text:
        return
    try:
        as_schema(text)
        names = names_in(text)
    except ConditionRefused as wrong:
        yield f"{where}: {wrong}"
        return
    for name in sorted(names):
        if name not in said:
            yield f"{where}: its condition asks for {name}, which no field before it is called"
        elif said[name].kind in LISTS:
            yield f"{where}: its condition asks for {name}, which holds several values"


def _field(field: Field) -> Iterator[str]:
    checks: tuple[tuple[bool, str], ...] = (
        (not _NAME.fullmatch(field.name) or field.name in _RESERVED, "its name isn't snake_case"),
        ((field.kind in (Kind.CHOICE, Kind.CHOICES)) != bool(field.options), "only choices have options, and all do"),
        ((field.kind is Kind.TABLE) != bool(field.fields), "only a table has fields, and each does"),
        (
            field.must is not None and not (field.kind is Kind.YES_NO and field.required),
            "`must` is for a required yes_no",
        ),
        (bool(field.mask) and field.mask not in MASKS, "its mask is unknown"),
        (field.kind is not Kind.NUMBER and field.decimals != 0, "only a number has decimals"),
        (not 0 <= field.decimals <= _MOST_DECIMALS, f"0 to {_MOST_DECIMALS} decimals"),
        ((field.kind is Kind.FILE) and not field.accept, "a file is of some kind"),
        (field.prefill is not None and field.kind in LISTS, "a list isn't prefilled"),
        (_says_other_words(field), "it is prefilled with words that are none of its options"),
    )
    for is_wrong, why in checks:
        if is_wrong:
            yield f"field {field.name}: {why}"
    yield from (f"field {field.name}: {why}" for why in _bounds(field))
    yield from _twice(f"option of {field.name}", [option.value for option in field.options])
    yield from _rows(field)


def _says_other_words(field: Field) -> bool:
    if field.prefill is None or field.kind is not Kind.CHOICE:
        return False
    return not set(field.prefill.values.values()) <= {option.value for option in field.options}


def _bounds(field: Field) -> Iterator[str]:
    ends = [end for end in (field.min, field.max) if end is not None]
    if not ends:
        return
    if field.kind not in BOUNDED:
        yield f"a {field.kind} has no min or max"
        return
    if any(isinstance(end, str) != (field.kind is Kind.DATE) for end in ends):
        yield 'min and max of a date are text ("today-18y"), all others are numbers'
        return
    yield from _ends(field, ends)


def _ends(field: Field, ends: Iterable[int | float | str]) -> Iterator[str]:
    try:
        bounds = bounds_of(field, _SOME_DAY)
    except FormError as wrong:
        yield str(wrong)
        return
    numbers = [end for end in ends if not isinstance(end, str)]
    if field.kind not in WITH_AMOUNT and any(end != int(end) or end < 0 for end in numbers):
        yield "a length or count is a whole number"
    if any(abs(end) > _MOST_AMOUNT for end in numbers):
        yield "the bounds are further than numbers are exact"
    if bounds.least and bounds.most and _is_more(bounds.least, bounds.most):
        yield "min is more than max"


def _is_more(least: int | float | str, most: int | float | str) -> bool:
    if isinstance(least, str) or isinstance(most, str):
        return str(least) > str(most)
    return least > most


def _rows(field: Field) -> Iterator[str]:
    yield from _twice(f"field of {field.name}", [inner.name for inner in field.fields])
    said: dict[str, Field] = {}
    for inner in field.fields:
        if inner.kind in _NO_ROWS:
            yield f"field {field.name}: a row can't hold a {inner.kind}"
            continue
        yield from _condition(inner.when, said, f"field {field.name}, column {inner.name}")
        yield from _field(inner)
        said[inner.name] = inner
