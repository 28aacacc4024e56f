"""Writes, one verb per file. Each locks, checks, writes, records and announces in one transaction."""

from haihe.platforms.services.ratings.operations.inviting import invite
from haihe.platforms.services.ratings.operations.moving import assign, move, sweep
from haihe.platforms.services.ratings.operations.rating import Said, rate
from haihe.platforms.services.ratings.operations.terminals import close_terminal, open_terminal

__all__ = ["Said", "assign", "close_terminal", "invite", "move", "open_terminal", "rate", "sweep"]
