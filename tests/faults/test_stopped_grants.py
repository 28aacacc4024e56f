"""A grant that its owner suspends or ends stops being answered within three seconds, as promised.

Everything is real: sharing's operations, its views and triggers, a fed register, the gateway's process, its signed
answers.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from haihe.city.cast import HOUSING_FUND_CENTRE, LIU
from haihe.data.exchange import api as exchange
from haihe.data.exchange.testing import HEADER, RELIEF, row
from haihe.data.sharing import api as sharing
from haihe.data.sharing.adapters.gateway import GatewayVerifier
from haihe.data.sharing.testing import cast_actor, granted
from haihe.launch import ports, services
from haihe.launch.child import Child
from tests.faults.asking import until

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
PROMISED_S = 3.0
STARTED_WITHIN_S = 20.0
OWNER = "approver_mzj"
type Stop = Callable[[UUID, datetime], None]


@dataclass(frozen=True, slots=True)
class Asker:
    """The housing-fund centre, with its own client's secret, at the gateway's door."""

    verifier: GatewayVerifier

    def ask(self) -> str:
        """Return the answer, or the status of the refusal."""
        try:
            said = self.verifier.verify(
                organisation=HOUSING_FUND_CENTRE,
                service="relief-status",
                id_number=str(LIU.id_number),
                name=LIU.name,
                purpose="HOUSING_FUND_WITHDRAWAL",
                case="GJJ-20261123-000001",
            )
        except sharing.QuestionRefused as refused:
            return str(refused.problem.status)
        except sharing.SourceUnreachable:
            return "SILENCE"
        return str(said.answer)

    def hears(self, answer: str, *, within_s: float = PROMISED_S) -> None:
        """From some moment within the time on, every answer is this one."""
        until(lambda: self.ask() == answer, timeout_s=within_s)
        assert {self.ask() for _ in range(20)} == {answer}


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
    # A folder of its own, so that its journal isn't shipped by somebody else's worker.
    shutil.copytree(settings.HAIHE.data_dir / "indexes", tmp_path / "indexes")
    shutil.copy(settings.HAIHE.data_dir / "keyring.json", tmp_path)
    port = ports.free_port()
    environment = os.environ | {"HAIHE_DATA_DIR": str(tmp_path)}
    gateway = Child(services.gateway(port=port, environment=environment, log_dir=tmp_path / "logs"))
    gateway.start_and_wait()
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http:
        asker = Asker(GatewayVerifier(http))
        asker.hears("MATCH", within_s=STARTED_WITHIN_S)
        yield asker
    gateway.stop(timeout_s=10)


@pytest.fixture(params=["heard", "unheard"])
def news(request: pytest.FixtureRequest, grant_id: UUID) -> Iterator[None]:
    """Whether the database tells the gateway of a change; if not, it must find out by itself."""
    silent = request.param == "unheard"
    with connection.cursor() as cursor:
        if silent:
            cursor.execute("ALTER TABLE sharing_grant DISABLE TRIGGER tell_gateway")
        yield
        if silent:
            cursor.execute("ALTER TABLE sharing_grant ENABLE TRIGGER tell_gateway")


def suspend(grant_id: UUID, now: datetime) -> None:
    by = timezone.localdate(now) + timedelta(days=9)
    sharing.suspend_grant(actor=cast_actor(OWNER), grant_id=grant_id, reason="核查用途", put_right_by=by, now=now)


def terminate(grant_id: UUID, now: datetime) -> None:
    sharing.terminate_grant(actor=cast_actor(OWNER), grant_id=grant_id, reason="目的已实现", now=now)


@pytest.mark.usefixtures("news")
@pytest.mark.parametrize("stop", [suspend, terminate])
def test_a_stopped_grant_is_answered_no_more(asker: Asker, grant_id: UUID, stop: Stop) -> None:
    stop(grant_id, timezone.now())
    asker.hears("403")


def test_a_resumed_grant_is_answered_again(asker: Asker, grant_id: UUID) -> None:
    suspend(grant_id, timezone.now())
    asker.hears("403")
    sharing.resume_grant(actor=cast_actor(OWNER), grant_id=grant_id, words="核查完毕", now=timezone.now())
    asker.hears("MATCH")
