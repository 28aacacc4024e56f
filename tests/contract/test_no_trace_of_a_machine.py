"""What is in the repository works anywhere: no registry's host, no path of the machine it was written on."""

import re

import pytest

from tests.contract.tracked_files import texts

# Written in pieces, or this file would be the first to be found.
TRACES = re.compile(
    "|".join(
        [
            r"py" + r"pi\.org",
            r"files\.python" + r"hosted",
            r"registry\.np" + r"mjs",
            r"npm" + r"mirror",
            r"deb\." + r"debian\.org",
            r"/wo" + r"rk/",
            r"/fa" + r"rm/",
            r"/ho" + r"me/[a-z]",
            r"/ro" + r"ot/\.",
            r"\.lib" + r"rary/",
        ]
    )
)


def test_no_tracked_file_names_a_registry_or_a_machine_s_path() -> None:
    found = [
        f"{path}:{number}: {line.strip()[:120]}"
        for path, text in texts().items()
        for number, line in enumerate(text.splitlines(), 1)
        if TRACES.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("trace", ["https://py" + "pi.org/simple", "/wo" + "rk/main", "/ho" + "me/wang/haihe"])
def test_a_trace_would_be_found(trace: str) -> None:
    assert TRACES.search(f"see {trace}")
