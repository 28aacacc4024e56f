"""A grant that its owner suspends or ends is refused by every gateway process within a second, told or not told.

Everything is real: sharing's operations, its views and triggers, a fed register, two gateway processes with a journal
each, their signed answers. What can be done again is measured over rounds, and the promise must be kept in the best of
them: a machine that is busy with other tests is late with everything.
"""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from haihe.base.outbox.testing import deliver_all
from haihe.city.cast import HOUSING_FUND_CENTRE, LIU
from haihe.data.catalogue import api as catalogue
from haihe.data.exchange import api as exchange
from haihe.data.exchange.testing import HEADER, RELIEF, row
from haihe.data.sharing import api as sharing
from haihe.data.sharing.adapters.gateway import GatewayVerifier
from haihe.data.sharing.testing import cast_actor, granted
from haihe.launch import ports, services
from haihe.launch.child import Child
from tests.faults.asking import until

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
PROMISED_S = 1.0
ROUNDS = 3
AT_LAST_S = 60.0
STARTED_WITHIN_S = 60.0
GATEWAYS = 2
OWNER = "approver_mzj"
_TOLD_OF = ("sharing_grant", "sharing_client")


@dataclass(frozen=True, slots=True)
class Asker:
    """The housing-fund centre, with its own client's secret, at the doors of all gateways."""

    verifiers: list[GatewayVerifier]

    def ask(self) -> set[str]:
        """Return what each gateway says: the answer, or the slug of the refusal."""
        return {_ask(verifier) for verifier in self.verifiers}

    def hears(self, answer: str, *, within_s: float = AT_LAST_S) -> float:
        """From some moment on, every gateway says this and nothing else; return how long that took."""
        started = time.monotonic()
        until(lambda: self.ask() == {answer}, timeout_s=within_s)
        took = time.monotonic() - started
        assert set().union(*(self.ask() for _ in range(10))) == {answer}
        return took


def _ask(verifier: GatewayVerifier) -> str:
    try:
        said = verifier.verify(
            organisation=HOUSING_FUND_CENTRE,
            service="relief-status",
            id_number=str(LIU.id_number),
            name=LIU.name,
            purpose="HOUSING_FUND_WITHDRAWAL",
            case="GJJ-20261123-000001",
        )
    except sharing.QuestionRefused as refused:
        return refused.problem.slug
    except sharing.SourceUnreachable:
        return "SILENCE"
    return str(said.answer)


@pytest.fixture
def grant_id() -> UUID:
    now = timezone.now()
    made = granted(now=now)
    sharing.register_client(
        actor=cast_actor("steward_gjj"),
        organisation=HOUSING_FUND_CENTRE,
        client_id="gjj-platform",
        title="政务服务平台",
        is_platform=True,
        now=now,
    )
    start, end = (str(timezone.localdate(now) + timedelta(days=days)) for days in (-30, 365))
    liu = row(str(LIU.id_number), name=LIU.name, valid_from=start, valid_until=end)
    file = BytesIO("\r\n".join([HEADER, ",".join(liu), ""]).encode())
    run = exchange.receive_file(cast_actor("steward_mzj"), RELIEF, "register.csv", file, now=now)
    assert run.state == "PUBLISHED", run.outcome
    return made


@pytest.fixture
def asker(grant_id: UUID, tmp_path: Path) -> Iterator[Asker]:
    with ExitStack() as running:
        asker = Asker([running.enter_context(_gateway(tmp_path / f"gateway-{n}")) for n in range(GATEWAYS)])
        asker.hears("MATCH", within_s=STARTED_WITHIN_S)
        yield asker


@contextmanager
def _gateway(folder: Path) -> Iterator[GatewayVerifier]:
    # A folder of its own, so that its journal isn't shipped by somebody else's worker.
    shutil.copytree(settings.HAIHE.data_dir / "indexes", folder / "indexes")
    shutil.copy(settings.HAIHE.data_dir / "keyring.json", folder)
    port = ports.free_port()
    environment = os.environ | {"HAIHE_DATA_DIR": str(folder)}
    gateway = Child(services.gateway(port=port, environment=environment, log_dir=folder / "logs"))
    gateway.start_and_wait()
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as http:
        yield GatewayVerifier(http)
    gateway.stop(timeout_s=10)


@pytest.fixture(params=["heard", "unheard"])
def news(request: pytest.FixtureRequest, grant_id: UUID) -> Iterator[None]:
    """Whether the database tells the gateway of a change; if not, it must find out by itself."""
    silent = request.param == "unheard"
    with connection.cursor() as cursor:
        for table in _TOLD_OF if silent else ():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER tell_gateway")
        yield
        for table in _TOLD_OF if silent else ():
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER tell_gateway")


def suspend(grant_id: UUID) -> None:
    now = timezone.now()
    by = timezone.localdate(now) + timedelta(days=9)
    sharing.suspend_grant(actor=cast_actor(OWNER), grant_id=grant_id, reason="核查用途", put_right_by=by, now=now)


def resume(grant_id: UUID) -> None:
    sharing.resume_grant(actor=cast_actor(OWNER), grant_id=grant_id, words="核查完毕", now=timezone.now())


@pytest.mark.usefixtures("news")
def test_a_suspended_grant_is_refused_by_every_gateway_within_a_second(asker: Asker, grant_id: UUID) -> None:
    took = []
    for _ in range(ROUNDS):
        suspend(grant_id)
        took.append(asker.hears("grant-suspended"))
        resume(grant_id)
        asker.hears("MATCH")
    assert min(took) <= PROMISED_S, took


@pytest.mark.usefixtures("news")
def test_a_disabled_system_is_refused_by_every_gateway_within_a_second(asker: Asker) -> None:
    took = []
    verifier = asker.verifiers[0]
    credentials = verifier.credentials_of(HOUSING_FUND_CENTRE)
    # Its secret is known to it still; nobody gives it out any more once the system is disabled.
    disabled = Asker([replace(each, credentials_of=lambda _: credentials) for each in asker.verifiers])
    for _ in range(ROUNDS):
        sharing.disable_client(actor=cast_actor("steward_gjj"), client_id="gjj-platform", now=timezone.now())
        took.append(disabled.hears("credentials-invalid"))
        sharing.enable_client(actor=cast_actor("steward_gjj"), client_id="gjj-platform", now=timezone.now())
        disabled.hears("MATCH")
    assert min(took) <= PROMISED_S, took


def test_an_ended_grant_is_refused_for_good(asker: Asker, grant_id: UUID) -> None:
    sharing.terminate_grant(actor=cast_actor(OWNER), grant_id=grant_id, reason="目的已实现", now=timezone.now())
    asker.hears("grant-terminated")


def test_a_service_of_a_retired_entry_is_refused_by_every_gateway(asker: Asker) -> None:
    authority, now = cast_actor("operator"), timezone.now()
    catalogue.move_resource(actor=authority, code=RELIEF, name="retire", now=now, words="职能划出")
    deliver_all()
    asker.hears("unknown-service")
