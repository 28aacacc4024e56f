"""Cells made up by a rule, the same at each planting: no person, car or company of these exists."""

import random
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from haihe.kernel.identifiers import credit_code_check_character

type Rule = Mapping[str, Any]
_SURNAMES: Final = "王李张刘陈杨赵孙周吴"
_CODE_SIGNS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_GIVEN: Final = "静志建丽海春秀文怡远军华燕梅兰博"


def cell(rule: Rule | str, chance: random.Random, today: date) -> str:
    """Return one cell: a text as it stands, or what the rule makes. Raises: KeyError for a rule that is none."""
    if isinstance(rule, str):
        return rule
    name, made_of = next(iter(rule.items()))
    return _MAKERS[name](made_of, chance, today)


def name(chance: random.Random) -> str:
    return chance.choice(_SURNAMES) + "".join(chance.choices(_GIVEN, k=2))


def options(rule: Rule) -> tuple[str, ...]:
    """Return the values that a column can have where they are few; none where they aren't."""
    return tuple(dict.fromkeys(rule.get("one_of", ())))


def _day(made_of: Any, chance: random.Random, today: date) -> str:
    offset = made_of if isinstance(made_of, int) else chance.randint(*made_of)
    return (today + timedelta(days=offset)).isoformat()


def _month(made_of: Any, chance: random.Random, today: date) -> str:
    offset = made_of if isinstance(made_of, int) else chance.randint(*made_of)
    year, month = divmod(today.year * 12 + today.month - 1 + offset, 12)
    return date(year, month + 1, 1).isoformat()


def _number(made_of: Any, chance: random.Random, _today: date) -> str:
    return "".join(str(chance.randrange(10)) if sign == "#" else sign for sign in made_of)


def _credit(made_of: Any, chance: random.Random, _today: date) -> str:
    first17 = made_of + "".join(chance.choices(_CODE_SIGNS, k=17 - len(made_of)))
    return f"{first17}{credit_code_check_character(first17)}"


def _yuan(made_of: Any, chance: random.Random, _today: date) -> str:
    low, high = made_of
    return f"{chance.randint(low * 100, high * 100) / 100:.2f}"


_MAKERS: Final[Mapping[str, Callable[[Any, random.Random, date], str]]] = {
    "one_of": lambda made_of, chance, _today: str(chance.choice(made_of)),
    "whole": lambda made_of, chance, _today: str(chance.randint(*made_of)),
    "yuan": _yuan,
    "day": _day,
    "month": _month,
    "number": _number,
    "credit": _credit,
    "name": lambda _made_of, chance, _today: name(chance),
}
