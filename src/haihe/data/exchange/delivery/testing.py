"""What tests of delivery use: a register fed, a grant of it, an SFTP server in this process."""

import asyncio
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncssh

from haihe.base.accounts.api import Actor
from haihe.city.cast import HOUSING_FUND_CENTRE
from haihe.data.exchange import api as exchange
from haihe.data.exchange.delivery.models import DataDelivery, DeliveryPlan, DeliveryTarget
from haihe.data.exchange.delivery.operations.planning import add_plan, add_target
from haihe.data.exchange.testing import HEADER, RELIEF, id_number, row
from haihe.data.sharing.testing import cast_actor, to_be_handed_over

FIELDS = ("relief_type", "division", "household_size", "monthly_amount_yuan", "valid_from")
SHOWN = ("最低生活保障", "120103", "3", "1000..1500", "2026")
"""What these fields show of a good row, through the demo's masks."""
PASSWORD = "of-the-test"  # noqa: S105 - a made-up one


def feed(rows: int, now: datetime, **cells: str) -> None:
    """Feed the relief register with that many good rows."""
    lines = [HEADER, *(",".join(row(id_number(serial), **cells)) for serial in range(rows))]
    steward = Actor(user_id=None, name="孙丽华", roles=frozenset({("STEWARD", "120012")}))
    content = io.BytesIO("\n".join(lines).encode())
    run = exchange.receive_file(steward, RELIEF, "a.csv", content, now=now, inline=True)
    assert run.state == "PUBLISHED", run.outcome  # noqa: S101 - this is for tests


def file_grant(now: datetime) -> UUID:
    """Return the housing-fund centre's grant of fields in a file, agreed and not yet delivered."""
    return to_be_handed_over(now=now, fields=FIELDS)


def target_of(
    kind: str, settings: dict[str, Any], *, now: datetime, secret: dict[str, Any] | None = None
) -> DeliveryTarget:
    return add_target(
        cast_actor("steward_gjj"),
        HOUSING_FUND_CENTRE,
        title="业务库",
        kind=kind,
        settings=settings,
        secret=secret or {},
        now=now,
    )


def planned(
    kind: str,
    settings: dict[str, Any],
    *,
    now: datetime,
    grant: UUID | None = None,
    secret: dict[str, Any] | None = None,
    changes: bool = False,
) -> DeliveryPlan:
    """Return a plan of the relief register into a new target, with its first delivery waiting."""
    target = target_of(kind, settings, now=now, secret=secret)
    return add_plan(
        cast_actor("steward_gjj"), grant_id=grant or file_grant(now), target_id=target.pk, changes=changes, now=now
    )


def only(plan: DeliveryPlan, **chosen: Any) -> DataDelivery:
    return plan.deliveries.get(**chosen)


@dataclass(frozen=True, slots=True)
class SftpServer:
    port: int
    folder: Path
    host_key: str

    def settings(self, path: str = "drop") -> dict[str, Any]:
        return {"host": "127.0.0.1", "port": self.port, "user": "haihe", "path": path, "host_key": self.host_key}


class _ByPassword(asyncssh.SSHServer):
    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("haihe", PASSWORD)


@contextmanager
def sftp_server(folder: Path) -> Iterator[SftpServer]:
    """Serve a folder by SFTP on a free port, in a thread of its own."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def rooted(channel: Any) -> asyncssh.SFTPServer:
        return asyncssh.SFTPServer(channel, chroot=str(folder).encode())

    async def listen() -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1", 0, server_host_keys=[key], server_factory=_ByPassword, sftp_factory=rooted, config=None
        )

    async def end(acceptor: asyncssh.SSHAcceptor) -> None:
        acceptor.close()
        await acceptor.wait_closed()

    acceptor = asyncio.run_coroutine_threadsafe(listen(), loop).result(10)
    public = key.export_public_key("openssh").decode().strip()
    try:
        yield SftpServer(acceptor.get_port(), folder, public)
    finally:
        asyncio.run_coroutine_threadsafe(end(acceptor), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
