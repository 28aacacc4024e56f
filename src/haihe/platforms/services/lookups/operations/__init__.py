"""Writes of lookups, one verb a file."""

from haihe.platforms.services.lookups.operations.asking import ask
from haihe.platforms.services.lookups.operations.forgetting import forget_old
from haihe.platforms.services.lookups.operations.liking import set_favourite

__all__ = ["ask", "forget_old", "set_favourite"]
