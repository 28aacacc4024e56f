"""What neighbours may use of history."""

from haihe.base.history.models import HistoryEvent
from haihe.base.history.triggers import append_only
from haihe.base.history.wording import clause_told

__all__ = ["HistoryEvent", "append_only", "clause_told"]
