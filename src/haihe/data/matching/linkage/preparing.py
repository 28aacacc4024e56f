"""From registers as they are to columns that can be compared; every row stays, in its place."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from haihe.data.matching.linkage.addresses import Gazetteer, significant
from haihe.data.matching.linkage.characters import characters
from haihe.data.matching.linkage.names import Name, read_name
from haihe.data.matching.linkage.numbers import SAME_DIGITS, USUAL_PHONE, read_birth, read_phone

GIVEN: Final = ("name", "birth", "sex", "phone", "address", "division")
"""What a register may tell of a person; a column that it lacks is taken as empty. `division` is a code of 12 digits."""
_NAME_PARTS: Final = Name._fields
PREPARED: Final = ("line", *_NAME_PARTS, "birth", "sex", "phone", "division", "street", "district", "door")
_MALE, _FEMALE = frozenset({"男", "男性", "1", "M"}), frozenset({"女", "女性", "2", "F"})


def prepare(register: pa.Table, gazetteer: Gazetteer) -> pa.Table:
    """Return `PREPARED` for a register of `line` and any of `GIVEN`: as many rows, in the same order."""
    columns: dict[str, pa.Array] = {"line": _whole(register["line"]).cast(pa.int64())}
    columns |= _by_value(register, "name", _NAME_PARTS, read_name)
    columns["birth"] = _by_value(register, "birth", ("birth",), _alone(read_birth))["birth"]
    columns["sex"] = _by_value(register, "sex", ("sex",), _alone(_sex))["sex"]
    columns["phone"] = _phones(register)
    columns |= _places(register, gazetteer)
    return pa.table({name: columns[name] for name in PREPARED})


def _by_value(register: pa.Table, name: str, parts: tuple[str, ...], read: Callable[[Any], Any]) -> dict[str, pa.Array]:
    """Read each value that occurs once, however often it stands there. What is read has these parts."""
    if name not in register.column_names:
        return {part: pa.nulls(register.num_rows, pa.string()) for part in parts}
    encoded = _whole(register[name]).dictionary_encode()
    nothing = (None,) * len(parts)
    found = [read(value) or nothing for value in encoded.dictionary.to_pylist()]
    columns: Iterable[Sequence[str | None]] = zip(*found, strict=True) if found else [()] * len(parts)
    return {
        part: pa.array(values, pa.string()).take(encoded.indices) for part, values in zip(parts, columns, strict=True)
    }


def _alone(read: Callable[[Any], str | None]) -> Callable[[Any], tuple[str | None]]:
    return lambda value: (read(value),)


def _phones(register: pa.Table) -> pa.Array:
    """Nearly every number is one of its own and usual, so the usual ones are taken without a look at each."""
    if "phone" not in register.column_names:
        return pa.nulls(register.num_rows, pa.string())
    given = _whole(register["phone"]).cast(pa.string())
    usual = pc.and_(
        pc.match_substring_regex(given, USUAL_PHONE), pc.invert(pc.match_substring_regex(given, SAME_DIGITS))
    )
    usual = pc.fill_null(usual, False)
    others = [read_phone(value) for value in given.filter(pc.invert(usual)).to_pylist()]
    return pc.replace_with_mask(given, pc.invert(usual), pa.array(others, pa.string()))


def _places(register: pa.Table, gazetteer: Gazetteer) -> dict[str, pa.Array]:
    simplified = characters().simplified
    read = _by_value(register, "address", ("division", "door"), lambda text: gazetteer.read(text, simplified))
    division = read["division"]
    if "division" in register.column_names:
        # A code says it better than a text.
        told = _by_value(register, "division", ("division",), _alone(_division))["division"]
        division = pc.coalesce(told, division)
    return {
        "division": division,
        "street": _beginning(division, 9),
        "district": _beginning(division, 6),
        "door": read["door"],
    }


def _beginning(codes: pa.Array, digits: int) -> pa.Array:
    known = pc.greater_equal(pc.utf8_length(codes), digits)
    return pc.if_else(known, pc.utf8_slice_codeunits(codes, 0, digits), pa.scalar(None, pa.string()))


def _division(code: str | None) -> str | None:
    part = significant(code) if code and code.isdecimal() and len(code) == 12 else ""
    return part if len(part) > 2 else None


def _sex(value: str | None) -> str | None:
    text = (value or "").strip().upper()
    return "M" if text in _MALE else "F" if text in _FEMALE else None


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
