"""What a look brought, as pages and tests see it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from haihe.platforms.services.lookups.definition import LookupDefinition
from haihe.platforms.services.lookups.kinds import Outcome

type Value = str | int | None


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a look; `values` only where it was FOUND, through their masks.

    `reason` says why it was UNKNOWN; `evidence` is where the ledger keeps the look, "" where nothing was recorded.
    `is_kept`: nobody was asked again, it is the answer of `asked_at`.
    """

    lookup: LookupDefinition
    outcome: Outcome
    asked_at: datetime
    values: Mapping[str, Value] = field(default_factory=dict, repr=False)
    as_of: datetime | None = None
    evidence: str = ""
    reason: str = ""
    is_kept: bool = False
    kept_until: datetime | None = None
