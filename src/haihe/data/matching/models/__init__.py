"""Tables of comparisons and of what comes of them."""

from haihe.data.matching.models.comparing import MatchEvent, MatchModel, MatchModelVersion, MatchRun
from haihe.data.matching.models.leads import Lead, LeadEvent

__all__ = ["Lead", "LeadEvent", "MatchEvent", "MatchModel", "MatchModelVersion", "MatchRun"]
