"""The roll of a batch: who is asked about, line by line, and which lines name nobody that could be looked for."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from haihe.gateway.requests import Subject
from haihe.kernel.id_number_check import well_formed
from haihe.kernel.identifiers import IdentifierError, normal_id_number

INVALID, DUPLICATE = "invalid-identifier", "duplicate-subject"
_TWICE = "同一证件号码在本批中已出现过，只答复第一次。"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a line isn't answered. `detail` repeats nothing of what stood there."""

    slug: str
    detail: str


@dataclass(frozen=True, slots=True)
class Roll:
    """`numbers` are identity numbers in order, normalised; where `faults` has the line, the number means nothing."""

    numbers: list[str]
    faults: dict[int, Fault] = field(default_factory=dict)

    @property
    def answerable(self) -> int:
        return len(self.numbers) - len(self.faults)


def call(subjects: Sequence[Subject]) -> Roll:
    """Read all identity numbers; a person named twice is asked about once, and told so the second time."""
    roll = Roll([subject.id_number for subject in subjects])
    good = well_formed(roll.numbers)
    if not all(good):
        for line, is_good in enumerate(good):
            if not is_good:
                _read(roll, line)
    if len(set(roll.numbers)) < len(roll.numbers):
        _mark_twice(roll)
    return roll


def _read(roll: Roll, line: int) -> None:
    try:
        roll.numbers[line] = normal_id_number(roll.numbers[line])
    except IdentifierError as fault:
        roll.faults[line] = Fault(INVALID, fault.message_zh)


def _mark_twice(roll: Roll) -> None:
    seen: set[str] = set()
    for line, number in enumerate(roll.numbers):
        if line not in roll.faults:
            if number in seen:
                roll.faults[line] = Fault(DUPLICATE, _TWICE)
            seen.add(number)
