"""What neighbours may use of accounts."""

from haihe.base.accounts.access import actor_for, actor_of, role_required
from haihe.base.accounts.actor import SIGNED_OUT, SYSTEM, Actor, NotPermitted, require
from haihe.base.accounts.identity import id_number_of, seal_id_number
from haihe.base.accounts.models import Role

__all__ = [
    "SIGNED_OUT",
    "SYSTEM",
    "Actor",
    "NotPermitted",
    "Role",
    "actor_for",
    "actor_of",
    "id_number_of",
    "require",
    "role_required",
    "seal_id_number",
]
