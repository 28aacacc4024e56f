"""The account of a run."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Counts:
    """rows_in is always the sum of the other two."""

    rows_accepted: int = 0
    rows_rejected: int = 0
    blank_lines: int = 0
    bytes_read: int = 0
    reasons: dict[str, int] = field(default_factory=dict)

    @property
    def rows_in(self) -> int:
        return self.rows_accepted + self.rows_rejected

    def refuse(self, code: str) -> None:
        self.rows_rejected += 1
        self.reasons[str(code)] = self.reasons.get(code, 0) + 1


type Progress = Callable[[Counts], None]
