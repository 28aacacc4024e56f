"""Mask rules: how much of a value a service shows, as its owner wrote it down, compiled once to a function.

A rule is `{"mask": NAME}`, or `{"mask": "bucket", "step": N}` for amounts. A mask shows what it is made for and nothing
else: given a value of another kind it raises rather than let the value through.
"""

import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Final

from haihe.kernel.masking import mask_id_number, mask_name, mask_phone
from haihe.kernel.subject_index import FieldValue

type Mask = Callable[[FieldValue], str | int]
"""Takes a value that is not None. Raises: Unmaskable."""

BUCKET: Final = "bucket"
LEAST_STEP, MOST_STEP = 10, 10**9
_YEAR = re.compile(r"([0-9]{4})-[0-9]{2}-[0-9]{2}")
_DIVISION = re.compile(r"([0-9]{6})[0-9]{6}")
_NUMBER = re.compile(r"[0-9]{1,17}(?:\.[0-9]{1,4})?")
_ID_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
_PHONE = re.compile(r"\+?[0-9 -]{5,20}")


class MaskError(ValueError):
    """The rule is none that this program understands."""


class Unmaskable(ValueError):
    """The value isn't of the kind that the mask is for. The text doesn't repeat it."""


def compile_mask(rule: object) -> Mask:
    """Raises: MaskError."""
    if not isinstance(rule, Mapping) or not isinstance(name := rule.get("mask"), str):
        raise MaskError("a rule is an object with a mask")
    if name == BUCKET:
        step = rule.get("step")
        if set(rule) != {"mask", "step"} or type(step) is not int or not LEAST_STEP <= step <= MOST_STEP:
            raise MaskError(f"a bucket has a step of {LEAST_STEP} to {MOST_STEP}")
        return partial(_bucket, step)
    if name not in MASKS or set(rule) != {"mask"}:
        raise MaskError(f"unknown mask {name!r}, or more than a mask needs")
    return MASKS[name]


def _whole(value: FieldValue) -> str | int:
    if value is None:
        raise Unmaskable("there is no value")
    return value


def _text(shape: re.Pattern[str] | None, hide: Callable[[str], str], value: FieldValue) -> str:
    if not isinstance(value, str) or (shape is not None and not shape.fullmatch(value)):
        raise Unmaskable("the value is of another kind than the mask")
    return hide(value)


def _bucket(step: int, value: FieldValue) -> str:
    """Show the step a number lies in as "1000..1500": from 1000 to below 1500."""
    if type(value) is not int and not (isinstance(value, str) and _NUMBER.fullmatch(value)):
        raise Unmaskable("the value is no number")
    number = Decimal(value)
    if number < 0:
        raise Unmaskable("the value is below zero")
    low = math.floor(number / step) * step
    return f"{low}..{low + step}"


MASKS: Final[Mapping[str, Mask]] = {
    "none": _whole,
    "name": partial(_text, None, mask_name),
    "id_number": partial(_text, _ID_NUMBER, mask_id_number),
    "phone": partial(_text, _PHONE, mask_phone),
    "year": partial(_text, _YEAR, lambda day: day[:4]),
    "district": partial(_text, _DIVISION, lambda code: code[:6]),
}
"""The masks without parameters: all of it, name, identity number, phone, year of a date, district of a division."""
