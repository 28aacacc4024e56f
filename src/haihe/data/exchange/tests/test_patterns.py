"""A pattern is matched as a whole by an engine that nobody can hang, and refused with a reason if it is none."""

import time

import pyarrow as pa
import pytest

from haihe.data.exchange.patterns import LONGEST, Pattern, PatternFault, PatternRefused, fault_of


@pytest.mark.parametrize(
    ("pattern", "fault"),
    [
        ("", PatternFault.EMPTY),
        ("a" * (LONGEST + 1), PatternFault.TOO_LONG),
        ("(ab", PatternFault.BRACKETS),
        ("[ab", PatternFault.BRACKETS),
        ("a)|(b", PatternFault.BRACKETS),
        ("*a", PatternFault.REPETITION),
        ("a{2000}", PatternFault.REPETITION),
        ("((a{100}){100}){100}", PatternFault.REPETITION),
        ("(?=a)b", PatternFault.UNSUPPORTED),
        (r"(a)\1", PatternFault.UNSUPPORTED),
        ("[z-a]", PatternFault.CHARACTERS),
        ("a\\", PatternFault.OTHER),
        ("津低保[0-9]{4,8}", None),
        (r"(?i)a\p{Han}*|b", None),
    ],
)
def test_what_is_no_pattern_is_told_apart(pattern: str, fault: PatternFault | None) -> None:
    assert fault_of(pattern) == fault


def test_a_quotation_without_its_end_does_not_swallow_ours() -> None:
    with pytest.raises(PatternRefused):
        Pattern(r"\Qab")


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("a|ab", "ab", True),
        ("a", "ab", False),
        ("a", "a\n", False),
        ("^a$", "a", True),
        ("(?m)^a$", "a\nb", False),
        ("津低保[0-9]{4}", "津低保0001", True),
        ("津低保[0-9]{4}", "津低保００", False),
    ],
)
def test_one_and_many_are_matched_alike(pattern: str, text: str, matches: bool) -> None:
    made = Pattern(pattern)
    assert made.matches(text) is matches
    assert made.matching(pa.array([text, None])).tolist() == [matches, True]


def test_a_pattern_made_to_hang_does_not() -> None:
    begun = time.monotonic()
    assert not Pattern("(a*)*b").matches("a" * 200_000)
    assert time.monotonic() - begun < 5
