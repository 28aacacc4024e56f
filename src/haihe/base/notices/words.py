"""What notices say: one function per kind, filled while the applications get ready, only read afterwards."""

from collections.abc import Callable, Mapping
from typing import Any

type Facts = Mapping[str, Any]
type Words = Callable[[Facts], str]

_said: dict[str, Words] = {}
_outside: dict[str, Words] = {}


def words(kind: str) -> Callable[[Words], Words]:
    """Register the function that says notices of a kind, in the language of the moment.

    Notices are kept for months: it must go on understanding the facts of old ones.
    """

    def register(function: Words) -> Words:
        _said[kind] = function
        return function

    return register


def knows(kind: str) -> bool:
    return kind in _said


def say(kind: str, facts: Facts) -> str:
    """Return the sentence; the kind itself where a newer version forgot it."""
    said = _said.get(kind)
    return said(facts) if said else kind


def leads_outside(kind: str) -> Callable[[Words], Words]:
    """Register the function that gives the way which a message out of the house leads by, where the inbox's isn't it.

    It is for links that work without signing in; called when the message is made, so that no secret is kept.
    """

    def register(function: Words) -> Words:
        _outside[kind] = function
        return function

    return register


def path_outside(kind: str, facts: Facts) -> str:
    """Return that way; "" where a message leads where the inbox does."""
    leads = _outside.get(kind)
    return leads(facts) if leads else ""
