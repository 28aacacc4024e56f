"""Rules with one part put in, changed or taken out."""

from dataclasses import dataclass

import msgspec

from haihe.data.exchange.quality.ruleset import Check, DriftKind, RuleSet
from haihe.data.exchange.rules import Column, CrossRule, Personal, RegisterSchema

type Part = Column | CrossRule | Check


@dataclass(frozen=True, slots=True)
class Policy:
    """When a delivery isn't published: share of rejects, and which changes of its columns wait for a decision.

    And the key by which changes alone are merged, of a register about no persons.
    """

    max_reject_percent: float
    held: tuple[DriftKind, ...]
    key: tuple[str, ...] = ()


def part_of(ruleset: RuleSet, about: str, key: str) -> Part | None:
    """Return the column, rule or check of that field or code."""
    return next((part for part in _parts(ruleset, about) if key_of(part) == key), None)


def key_of(part: Part) -> str:
    return part.field if isinstance(part, Column) else part.code


def with_part(ruleset: RuleSet, about: str, key: str, part: Part | None) -> RuleSet:
    """Return the rules with a part in place of the one with that key, at the end where there is none; None takes out.

    Raises: ValueError (RulesRefused among them) where the rules contradict themselves then.
    """
    parts = [_same(each, key, part) for each in _parts(ruleset, about)]
    kept = tuple(each for each in parts if each is not None)
    if part is not None and part not in kept:
        kept = (*kept, part)
    return _with_parts(ruleset, about, kept)


def with_policy(ruleset: RuleSet, policy: Policy) -> RuleSet:
    """Raises: ValueError where a column can't be in the key."""
    schema = msgspec.structs.replace(ruleset.schema, max_reject_percent=policy.max_reject_percent, key=policy.key)
    return RuleSet(schema=schema, checks=ruleset.checks, held=policy.held)


def _same(each: Part, key: str, part: Part | None) -> Part | None:
    return part if key_of(each) == key else each


def _parts(ruleset: RuleSet, about: str) -> tuple[Part, ...]:
    match about:
        case "column":
            return ruleset.schema.columns
        case "rule":
            return ruleset.schema.cross_rules
        case _:
            return ruleset.checks


def _with_parts(ruleset: RuleSet, about: str, parts: tuple[Part, ...]) -> RuleSet:
    schema = ruleset.schema
    columns = tuple(part for part in parts if isinstance(part, Column)) if about == "column" else schema.columns
    rules = tuple(part for part in parts if isinstance(part, CrossRule)) if about == "rule" else schema.cross_rules
    checks = tuple(part for part in parts if isinstance(part, Check)) if about == "check" else ruleset.checks
    if about == "column":
        known = {column.field for column in columns}
        # What looks at a column goes with it.
        rules = tuple(rule for rule in rules if {rule.left, rule.right} <= known)
        checks = tuple(check for check in checks if set(check.fields) <= known)
    whole = RegisterSchema(
        resource=schema.resource,
        title=schema.title,
        columns=columns,
        cross_rules=rules,
        max_reject_percent=schema.max_reject_percent,
        key=_key_left(schema.key, columns),
    )
    return RuleSet(schema=whole, checks=checks, held=ruleset.held)


def _key_left(key: tuple[str, ...], columns: tuple[Column, ...]) -> tuple[str, ...]:
    """A key goes with any of its columns, and where the register becomes one about persons."""
    is_about_persons = any(column.personal is Personal.SUBJECT for column in columns)
    return () if is_about_persons or set(key) - {column.field for column in columns} else key
