"""What the page of a system shows: its keys, how it signs, its history."""

from dataclasses import dataclass
from datetime import datetime

from haihe.base.accounts.api import Actor, Role
from haihe.data.sharing import history
from haihe.data.sharing.key_forms import KeyForm
from haihe.data.sharing.models import Client
from haihe.data.sharing.operations import IssuedSecret
from haihe.data.sharing.queries.keys import KeyInfo, keys_of


@dataclass(frozen=True, slots=True)
class ClientPage:
    """One system. `issued` is there once: in the answer to the request that made the key."""

    row: Client
    keys: list[KeyInfo]
    history: list[history.Happened]
    may_rotate: bool
    may_switch: bool
    form: KeyForm
    issued: IssuedSecret | None = None

    @property
    def serving(self) -> list[KeyInfo]:
        return [key for key in self.keys if not key.is_over]

    @property
    def pressing(self) -> KeyInfo | None:
        """Return the key that serves longest, if that isn't long."""
        last = max(self.serving, key=lambda key: key.row.expires_at, default=None)
        return last if last and last.is_pressing else None

    @property
    def is_without_key(self) -> bool:
        return not self.serving


def client_page(
    actor: Actor, row: Client, *, now: datetime, form: KeyForm | None = None, issued: IssuedSecret | None = None
) -> ClientPage:
    mine = actor.has(Role.STEWARD, row.organisation)
    return ClientPage(
        row=row,
        keys=keys_of(row, now=now),
        history=history.happened(row.events.all()),
        may_rotate=mine,
        may_switch=mine or actor.has(Role.APPROVER, row.organisation) or actor.has(Role.OPERATOR),
        form=form or KeyForm(),
        issued=issued,
    )
