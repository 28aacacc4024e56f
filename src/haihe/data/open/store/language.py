"""The words of the query language: text becomes marks with their places, and nothing else of it goes on."""

import re
from dataclasses import dataclass
from typing import Literal

from haihe.data.open.store.trouble import WrongQuery

type Sort = Literal["name", "quoted", "text", "number", "sign", "end"]
MOST_CHARACTERS = 4096
_MARK = re.compile(
    r"""\s*(?:
      (?P<text>'(?:[^']|'')*')
    | (?P<quoted>"(?:[^"]|"")+")
    | (?P<number>[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?)
    | (?P<sign><=|>=|<>|!=|[=<>(),*-])
    | (?P<name>[^\W\d]\w*)
    )""",
    re.VERBOSE,
)
_FORBIDDEN = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Mark:
    """`text` is what it means: without quotes, and a sign in its one way of writing."""

    sort: Sort
    text: str
    place: int

    def is_word(self, word: str) -> bool:
        return self.sort == "name" and self.text.casefold() == word

    def is_sign(self, sign: str) -> bool:
        return self.sort == "sign" and self.text == sign


def marks_of(text: str, *, what: str) -> list[Mark]:
    """Take a text apart. `what` is the parameter it came in. Raises: WrongQuery."""
    if len(text) > MOST_CHARACTERS:
        raise WrongQuery(
            f"{what} 超过 {MOST_CHARACTERS} 个字符。", f"{what} is longer than {MOST_CHARACTERS} characters."
        )
    if _FORBIDDEN.search(text):
        raise WrongQuery(f"{what} 中有不能使用的字符。", f"{what} holds characters that cannot be used.")
    marks: list[Mark] = []
    place, end = 0, len(text.rstrip())
    while place < end:
        found = _MARK.match(text, place)
        if found is None:
            raise wrong_at(what, place, "这里看不懂", "this is not understood")
        marks.append(_mark(found))
        place = found.end()
    marks.append(Mark("end", "", end))
    return marks


def wrong_at(what: str, place: int, zh: str, en: str) -> WrongQuery:
    """Return trouble that says where it is; places count from 1."""
    return WrongQuery(f"{what} 第 {place + 1} 个字符：{zh}。", f"{what}, character {place + 1}: {en}.")


def _mark(found: re.Match[str]) -> Mark:
    sort, place = found.lastgroup, found.start(found.lastgroup or 0)
    written = found[sort or 0]
    match sort:
        case "text":
            return Mark("text", written[1:-1].replace("''", "'"), place)
        case "quoted":
            return Mark("quoted", written[1:-1].replace('""', '"'), place)
        case "number":
            return Mark("number", written, place)
        case "sign":
            return Mark("sign", "<>" if written == "!=" else written, place)
    return Mark("name", written, place)
