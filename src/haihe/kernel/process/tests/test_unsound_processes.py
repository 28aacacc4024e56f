"""What could get stuck, run away or be left behind is told before any case begins."""

import msgspec
import pytest
from hypothesis import given

from haihe.kernel.process.definition import Process, ProcessRefused, read_process
from haihe.kernel.process.structure import MEANING, check
from haihe.kernel.process.testing import OPENING, processes

_HEAD = """
name = "small"
version = 1
title = { zh = "小流程", en = "Small" }
starts = "a"
"""
_END = """
[[steps]]
kind = "end"
id = "z"
title = { zh = "完", en = "Z" }
outcome = "DONE"
"""


def small(*steps: str, more: str = "") -> Process:
    """Each step as `kind id rest-of-the-toml`."""
    made = []
    for step in steps:
        kind, name, rest = step.split(maxsplit=2)
        title = f'title = {{ zh = "{name}", en = "{name}" }}'
        made.append(f'[[steps]]\nkind = "{kind}"\nid = "{name}"\n{title}\n{rest}\n')
    return read_process(_HEAD + "".join(made) + _END + more)


def codes(process: Process) -> set[str]:
    return {problem.code for problem in check(process)}


@pytest.mark.parametrize(
    ("code", "steps"),
    [
        ("TWICE", ['task a by = "C"\nnext = "z"', 'task a by = "C"\nnext = "z"']),
        ("UNKNOWN", ['task a by = "C"\nnext = "nowhere"']),
        ("UNREACHED", ['task a by = "C"\nnext = "z"', 'task b by = "C"\nnext = "z"']),
        ("ENDLESS", ['task a by = "C"\nchoices = { on = "z", off = "b" }', 'task b by = "C"\nnext = "b"']),
        ("NO_WAY", ['task a by = "C"']),
        ("TWO_WAYS", ['task a by = "C"\nnext = "z"\nchoices = { on = "z" }']),
        ("NO_LAST_WAY", ['gate a ways_out = [{ next = "z", when = "x" }, { next = "z", when = "y" }]']),
        ("CONDITION", ['gate a ways_out = [{ next = "z", when = "x.y" }, { next = "z" }]']),
        ("NO_TIME", ["wait a after = { count = 1 }"]),
        ("NO_TIME", ['wait a next = "z"']),
        (
            "NO_SURE_WAY",
            [
                'fork a join = "j"\nways_out = [{ next = "b", when = "x" }, { next = "j", when = "y" }]',
                'task b by = "C"\nnext = "j"',
                'join j next = "z"',
            ],
        ),
        (
            "SAME_WAY",
            [
                'fork a join = "j"\nways_out = [{ next = "b" }, { next = "b" }]',
                'task b by = "C"\nnext = "j"',
                'join j next = "z"',
            ],
        ),
        (
            "NOT_A_JOIN",
            ['fork a join = "z"\nways_out = [{ next = "b" }, { next = "z" }]', 'task b by = "C"\nnext = "z"'],
        ),
        (
            "CROSSED",
            [
                'fork a join = "j"\nways_out = [{ next = "b" }, { next = "c" }]',
                'task b by = "C"\nnext = "d"',
                'task c by = "C"\nnext = "d"',
                'task d by = "C"\nnext = "j"',
                'join j next = "z"',
            ],
        ),
        (
            "CROSSED",
            [
                'fork a join = "j"\nways_out = [{ next = "b" }, { next = "c" }]',
                'task b by = "C"\nchoices = { on = "j", back = "a" }',
                'task c by = "C"\nnext = "j"',
                'join j next = "z"',
            ],
        ),
        ("OTHER_JOIN", ['task a by = "C"\nnext = "j"', 'join j next = "z"']),
        (
            "RUNS_AWAY",
            [
                'gate a ways_out = [{ next = "b", when = "x" }, { next = "z" }]',
                'gate b ways_out = [{ next = "a", when = "y" }, { next = "z" }]',
            ],
        ),
    ],
)
def test_each_fault_has_its_name(code: str, steps: list[str]) -> None:
    assert code in codes(small(*steps))
    assert code in MEANING


def test_a_pause_stops_a_limit_that_is_there() -> None:
    pause = '[[pauses]]\nreason = "x"\ntitle = { zh = "x", en = "x" }\nstops = ["none"]\nclause = "x"\n'

    assert codes(small('task a by = "C"\nnext = "z"', more=pause)) == {"NO_SUCH_LIMIT"}


def test_a_limit_ends_where_its_case_can_come() -> None:
    limit = """
[[limits]]
name = "x"
title = { zh = "x", en = "x" }
starts = "b"
ends = "a"
within = { count = 1 }
clause = "x"
"""
    steps = ['task a by = "C"\nnext = "b"', 'task b by = "C"\nnext = "z"']

    assert codes(small(*steps, more=limit)) == {"NEVER_ENDS"}


def test_the_opening_of_a_company_is_sound() -> None:
    assert check(OPENING) == ()


@given(processes())
def test_nested_blocks_are_sound(process: Process) -> None:
    assert check(process) == ()


@pytest.mark.parametrize("text", ["", "name = 1", _HEAD, _HEAD + _END + "colour = 1", _HEAD + '[[steps]]\nkind = "x"'])
def test_a_file_that_is_no_process_is_refused(text: str) -> None:
    with pytest.raises(ProcessRefused):
        read_process(text)


def test_a_process_survives_being_stored() -> None:
    assert msgspec.json.decode(msgspec.json.encode(OPENING), type=Process) == OPENING
