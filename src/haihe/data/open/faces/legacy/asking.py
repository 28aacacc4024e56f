"""The parameters of the older interface, from an address or a form."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

USUAL_SIZE: Final = 10
MOST_SIZE: Final = 5000
_MOST_DIGITS: Final = 12


class Wrong(Exception):
    """What stands in `msg`: a sentence that says what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Invocation:
    """`size` came as `page`, `number` as `pageNum`, from 1 on."""

    token: str
    size: int
    number: int

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size


def read(told: Mapping[str, str]) -> Invocation:
    """Raises: Wrong."""
    token = told.get("authToken", "").strip()
    if not token:
        raise Wrong("authToken 不能为空，请在开放门户登记为开发者并新建密钥。 authToken is missing.")
    size = _whole(told, "page", USUAL_SIZE)
    if size > MOST_SIZE:
        raise Wrong(f"page（每页行数）最多 {MOST_SIZE}。 page is the size of a page, at most {MOST_SIZE}.")
    return Invocation(token, size, _whole(told, "pageNum", 1))


def _whole(told: Mapping[str, str], name: str, usual: int) -> int:
    text = told.get(name, "").strip() or str(usual)
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS and int(text) > 0):
        raise Wrong(f"{name} 应当是正整数。 {name} is a whole number from 1 on.")
    return int(text)
