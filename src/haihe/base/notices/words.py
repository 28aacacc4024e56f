"""What notices say: one function per kind, filled while the applications get ready, only read afterwards."""

from collections.abc import Callable, Mapping
from typing import Any

type Facts = Mapping[str, Any]
type Words = Callable[[Facts], str]

_said: dict[str, Words] = {}


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
