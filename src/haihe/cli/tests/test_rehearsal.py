"""A rehearsal brings a crowd to score day and tells what came of it."""

from pathlib import Path
from random import Random

import msgspec
import pytest

from haihe.cli.rehearsal import profile as profiles
from haihe.cli.rehearsal.profile import Profile, read_profile
from haihe.cli.rehearsal.testing import SMALL
from haihe.launch.trouble import Trouble


@pytest.mark.parametrize(
    "text",
    [
        "candidates = 10",
        SMALL.replace("share = 0.3 }", "share = 0.4 }"),
        SMALL.replace("until_s = 1.5, share", "until_s = 0.5, share"),
        SMALL.replace("[0.1, 0.3]", "[0.3, 0.1]"),
        SMALL.replace("candidates = 60", "candidates = 1000000"),
        SMALL + "\nunknown = 1",
        "not toml",
    ],
)
def test_a_profile_that_cannot_be_is_refused_with_what_is_wrong(tmp_path: Path, text: str) -> None:
    file = tmp_path / "profile.toml"
    file.write_text(text)
    with pytest.raises(Trouble):
        read_profile(file)


def test_the_usual_day_brings_everybody_once_within_its_time() -> None:
    usual = read_profile(None)
    moments = list(usual.moments(Random(1)))  # noqa: S311 - no secret
    assert len(moments) == usual.candidates
    assert 0 <= min(moments) <= max(moments) <= usual.seconds
    assert sum(moment < 20 for moment in moments) == usual.candidates // 2


def test_schools_and_steps_have_defaults() -> None:
    plain = msgspec.convert(
        {"title": {"zh": "一", "en": "One"}, "candidates": 10, "arrivals": [{"until_s": 1, "share": 1}]}, Profile
    )
    assert plain.guessers == profiles.Guessers()
