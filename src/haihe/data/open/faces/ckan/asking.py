"""The parameters of an action, read by the kind that each must have. All are hostile."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile

from haihe.data.open.faces.ckan.errors import ValidationError

LONGEST_TEXT: Final = 4096
_MOST_IN_LIST: Final = 1000
_FORBIDDEN: Final = re.compile("[\x00\ud800-\udfff]")
_TRUE, _FALSE = ("true", "yes", "t", "y", "on", "1"), ("false", "no", "f", "n", "off", "0", "")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked. Values of an address are texts, those of a body what JSON knows."""

    values: Mapping[str, Any]
    files: Mapping[str, "UploadedFile[Any]"] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return self.values.get(name) is not None

    def text(self, name: str, default: str = "") -> str:
        """Return a text; numbers count as texts. Raises: ValidationError."""
        value = self.values.get(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise ValidationError.of(name, "应当是文字。", "Must be a text.")
        return checked_text(name, str(value))

    def needed(self, name: str) -> str:
        """Return a text that must be there. Raises: ValidationError."""
        text = self.text(name).strip()
        if not text:
            raise ValidationError({name: ["缺少这个参数。 Missing value"]})
        return text

    def integer(self, name: str, default: int, *, least: int = 0, most: int) -> int:
        """Return a whole number; above `most` it is `most`, as clients of CKAN are used to. Raises: ValidationError."""
        text = self.text(name).strip()
        if not text:
            return default
        if not re.fullmatch(r"[-+]?[0-9]{1,18}(\.0)?", text):
            raise ValidationError.of(name, "应当是整数。", "Invalid integer")
        number = int(text.partition(".")[0])
        if number < least:
            raise ValidationError.of(name, f"不能小于 {least}。", f"Must be at least {least}.")
        return min(number, most)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Raises: ValidationError."""
        value = self.values.get(name)
        if value is None:
            return default
        if isinstance(value, bool):
            return value
        word = self.text(name).strip().lower()
        if word in _TRUE or word in _FALSE:
            return word in _TRUE
        raise ValidationError.of(name, "应当是 true 或者 false。", "Must be true or false.")

    def texts(self, name: str) -> list[str]:
        """Return a list of texts, written as JSON or with commas between. Raises: ValidationError."""
        value = self.values.get(name)
        if value is None or value == "":
            return []
        if isinstance(value, str):
            checked_text(name, value)
            value = _from_json(name, value) if value.lstrip().startswith("[") else value.split(",")
        if not isinstance(value, Sequence) or len(value) > _MOST_IN_LIST:
            raise ValidationError.of(name, "应当是列表。", "Must be a list.")
        if not all(isinstance(one, str) for one in value):
            raise ValidationError.of(name, "列表中应当是文字。", "Must be a list of texts.")
        return [text for one in value if (text := checked_text(name, one).strip())]

    def texts_whole(self, name: str) -> list[str]:
        """Return one text, or a list of them; commas divide nothing. Raises: ValidationError."""
        value = self.values.get(name)
        if isinstance(value, str) and not value.lstrip().startswith("["):
            return [self.text(name)]
        return self.texts(name)

    def mapping(self, name: str) -> dict[str, Any]:
        """Return an object, written as JSON where it comes in an address. Raises: ValidationError."""
        value = self.values.get(name)
        if value is None or value == "":
            return {}
        if isinstance(value, str):
            value = _from_json(name, value)
        if not isinstance(value, dict):
            raise ValidationError.of(name, "应当是 JSON 对象。", "Must be a JSON object.")
        return value

    def objects(self, name: str) -> list[dict[str, Any]]:
        """Return a list of objects. Raises: ValidationError."""
        value = self.values.get(name)
        if value is None or value == "":
            return []
        if isinstance(value, str):
            value = _from_json(name, value)
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise ValidationError.of(name, "应当是对象的列表。", "Must be a list of objects.")
        return value


def checked_text(name: str, text: str, *, longest: int = LONGEST_TEXT) -> str:
    """Raises: ValidationError."""
    if len(text) > longest:
        raise ValidationError.of(name, f"不能超过 {longest} 个字符。", f"Must be at most {longest} characters.")
    if _FORBIDDEN.search(text):
        raise ValidationError.of(name, "含有不能使用的字符。", "Holds characters that cannot be used.")
    return text


def is_scalar(value: object) -> bool:
    return value is None or isinstance(value, str | bool | int) or (isinstance(value, float) and math.isfinite(value))


def read_json(text: bytes | str) -> Any:
    """Raises: ValueError, also where it is nested too deep, or says NaN."""
    try:
        return json.loads(text, parse_constant=_no_constant)
    except RecursionError as deep:
        raise ValueError("it is nested too deep") from deep


def has_forbidden(value: Any) -> bool:
    """True where a text somewhere in a JSON value, or a key, holds what neither database nor UTF-8 can."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str) and _FORBIDDEN.search(one):
            return True
        if isinstance(one, dict):
            waiting.extend(one)
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
    return False


def _from_json(name: str, text: str) -> Any:
    try:
        value = read_json(text)
    except ValueError:
        raise ValidationError.of(name, "不是有效的 JSON。", "Isn't valid JSON.") from None
    if has_forbidden(value):
        raise ValidationError.of(name, "含有不能使用的字符。", "Holds characters that cannot be used.")
    return value


def _no_constant(word: str) -> None:
    raise ValueError(word)
