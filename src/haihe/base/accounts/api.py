"""What neighbours may use of accounts."""

from haihe.base.accounts.access import actor_for, actor_of, client_address, colleagues, role_required
from haihe.base.accounts.actor import SIGNED_OUT, SYSTEM, Actor, NotPermitted, require
from haihe.base.accounts.holding import Holder, holders_of
from haihe.base.accounts.identity import id_number_of, seal_id_number, user_with
from haihe.base.accounts.managing import (
    Account,
    AccountError,
    accounts,
    add_account,
    close_account,
    end_role,
    give_role,
    reopen_account,
    set_password,
)
from haihe.base.accounts.models import Role

__all__ = [
    "SIGNED_OUT",
    "SYSTEM",
    "Account",
    "AccountError",
    "Actor",
    "Holder",
    "NotPermitted",
    "Role",
    "accounts",
    "actor_for",
    "actor_of",
    "add_account",
    "client_address",
    "close_account",
    "colleagues",
    "end_role",
    "give_role",
    "holders_of",
    "id_number_of",
    "reopen_account",
    "require",
    "role_required",
    "seal_id_number",
    "set_password",
    "user_with",
]
