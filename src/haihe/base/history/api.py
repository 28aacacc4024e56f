"""What neighbours may use of history."""

from haihe.base.history.models import HistoryEvent
from haihe.base.history.triggers import append_only

__all__ = ["HistoryEvent", "append_only"]
