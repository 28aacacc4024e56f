"""What one version of the rules says differently from another, for people to read."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from haihe.data.exchange.quality.ruleset import Check, RuleSet
from haihe.data.exchange.rules import Column, CrossRule

type Part = Column | Check | CrossRule


@dataclass(frozen=True, slots=True)
class Difference:
    """One attribute of one part that was, or is, something else; `what` empty: the whole part came or went.

    `about` is column, check, rule or policy; `name` is what people call the part.
    """

    about: str
    name: str
    what: str
    before: str
    after: str


def differences(before: RuleSet | None, after: RuleSet) -> list[Difference]:
    """Tell what `after` says differently; all of it where there was nothing before."""
    old = before.schema if before else None
    return [
        *_of_parts("column", old.columns if old else (), after.schema.columns),
        *_of_parts("rule", old.cross_rules if old else (), after.schema.cross_rules),
        *_of_parts("check", before.checks if before else (), after.checks),
        *_of_policy(before, after),
    ]


def _of_parts(about: str, before: Iterable[Part], after: Iterable[Part]) -> list[Difference]:
    old, new = ({_key(part): part for part in parts} for parts in (before, after))
    found = [Difference(about, _name(part), "", _name(part), "") for key, part in old.items() if key not in new]
    for key, part in new.items():
        if (was := old.get(key)) is None:
            found.append(Difference(about, _name(part), "", "", _name(part)))
        else:
            found += _of_attributes(about, was, part)
    return found


def _of_attributes(about: str, was: Part, part: Part) -> list[Difference]:
    old, new = msgspec.structs.asdict(was), msgspec.structs.asdict(part)
    return [
        Difference(about, _name(part), what, told(old[what]), told(new[what])) for what in new if old[what] != new[what]
    ]


def _of_policy(before: RuleSet | None, after: RuleSet) -> list[Difference]:
    if before is None:
        return []
    pairs = (
        ("max_reject_percent", before.schema.max_reject_percent, after.schema.max_reject_percent),
        ("title", before.schema.title, after.schema.title),
        ("held", list(before.held), list(after.held)),
    )
    return [Difference("policy", "", what, told(old), told(new)) for what, old, new in pairs if old != new]


def _key(part: Part) -> str:
    return part.field if isinstance(part, Column) else part.code


def _name(part: Part) -> str:
    return f"{part.title}（{part.field}）" if isinstance(part, Column) else part.code


def told(value: Any) -> str:
    """Write a value of the rules as people read it."""
    match value:
        case None | "" | [] | ():
            return "—"
        case bool():
            return "是" if value else "否"
        case list() | tuple():
            return "、".join(str(each) for each in value)
        case float():
            return f"{value:g}"
        case _:
            return str(value)
