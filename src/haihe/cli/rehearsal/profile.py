"""A load profile as data: who comes when, how they behave, and who tries what isn't theirs."""

import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from random import Random
from typing import Annotated

import msgspec

from haihe.kernel.result_release import Words
from haihe.launch.trouble import Trouble

type Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
type Seconds = Annotated[float, msgspec.Meta(ge=0, le=7200)]

MOST_CANDIDATES = 150_000


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """So large a share of the candidates comes until then."""

    until_s: Seconds
    share: Share


class People(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How candidates behave; `think_s` is the least and the most time between two things that somebody does."""

    mistyped_share: Share = 0.0
    reload_share: Share = 0.0
    again_share: Share = 0.0
    certificate_share: Share = 0.0
    think_s: tuple[Seconds, Seconds] = (2.0, 8.0)


class Schools(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Candidates who share an address."""

    share: Share = 0.0
    size: Annotated[int, msgspec.Meta(ge=1)] = 400


class Guessers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Tries of what isn't theirs: so many a second, from so many addresses."""

    per_s: Annotated[float, msgspec.Meta(ge=0, le=100_000)] = 0.0
    addresses: Annotated[int, msgspec.Meta(ge=1, le=65_536)] = 1
    from_s: Seconds = 0.0
    until_s: Seconds = 0.0


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Raises: ValueError where shares or times don't fit together."""

    title: Words
    candidates: Annotated[int, msgspec.Meta(ge=10, le=MOST_CANDIDATES)]
    arrivals: Annotated[tuple[Step, ...], msgspec.Meta(min_length=1)]
    people: People = People()
    schools: Schools = Schools()
    guessers: Guessers = Guessers()
    seed: int = 1

    def __post_init__(self) -> None:
        times = [step.until_s for step in self.arrivals]
        if times != sorted(set(times)) or times[0] <= 0:
            raise ValueError("each step of the arrivals must end later than the one before")
        if abs(sum(step.share for step in self.arrivals) - 1) > 0.001:
            raise ValueError("the shares of the arrivals must add up to 1")
        if self.people.think_s[0] > self.people.think_s[1]:
            raise ValueError("think_s is the least time, then the most")

    @property
    def seconds(self) -> float:
        return self.arrivals[-1].until_s

    def moments(self, draw: Random) -> Iterator[float]:
        """Yield when each candidate comes, in seconds from the start."""
        left, begins = self.candidates, 0.0
        for step in self.arrivals:
            here = left if step is self.arrivals[-1] else min(left, round(self.candidates * step.share))
            for _ in range(here):
                yield begins + draw.random() * (step.until_s - begins)
            left, begins = left - here, step.until_s


def read_profile(file: Path | None) -> Profile:
    """Return a profile, the usual one where no file is given. Raises: Trouble."""
    try:
        text = (file or files("haihe.cli.rehearsal") / "profiles" / "usual.toml").read_text(encoding="utf-8")
        return msgspec.convert(tomllib.loads(text), Profile)
    except (OSError, tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as fault:
        raise Trouble(f"{file}: {fault}") from None
