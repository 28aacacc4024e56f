"""Score day of its own for measuring: a temporary database, made-up candidates, the program as people start it."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from haihe.cli.benchmark.instance import start_database
from haihe.gateway.journal import Journal
from haihe.gateway.policy_feed import POLL_S
from haihe.gateway.shipper import ship_all
from haihe.gateway.testing import create_stand_ins
from haihe.kernel.keyring import Keyring
from haihe.kernel.result_release import Content
from haihe.launch import ports, services
from haihe.launch.child import Child, Program
from haihe.launch.screen import Screen
from haihe.scoreday.server import JOURNAL_FOLDER
from haihe.scoreday.testing import SLUG, Candidate, announce, plant


@dataclass(slots=True)
class ScoreHall:
    """It believes who its requests say they come from, since whoever measures stands for a proxy."""

    folder: Path
    database_url: str
    port: int
    pid: int
    content: Content
    slug: str = SLUG

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def open_for(self, capacity_per_s: int) -> None:
        """Open the release, and wait until the program has heard of it."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            announce(connection, opens_at=time.time() - 1, capacity_per_s=capacity_per_s, content=self.content)
        # The program reads which releases there are each time it looks at its policy.
        time.sleep(3 * POLL_S)

    def ship(self, screen: Screen) -> None:
        """Bring all records into the ledger."""
        with (
            screen.step("ship all to the ledger 入账"),
            Journal(self.folder / JOURNAL_FOLDER) as journal,
            psycopg.connect(self.database_url, autocommit=True) as connection,
        ):
            ship_all(journal, connection)
            connection.execute("CHECKPOINT")

    def records(self) -> int:
        """Return how many results the ledger has a record of. Raises: ValueError if one is there twice."""
        with psycopg.connect(self.database_url) as connection:
            row = connection.execute(
                "SELECT count(*)::int, count(DISTINCT evidence)::int FROM ledger_record "
                "WHERE body::json ->> 'answer' = 'FOUND'"
            ).fetchone()
        found, distinct = row or (0, 0)
        if found != distinct:
            raise ValueError(f"{found} records with {distinct} numbers")
        return int(found)


@contextmanager
def score_hall(candidates: Sequence[Candidate], content: Content, *, screen: Screen) -> Iterator[ScoreHall]:
    """Start one, and leave nothing behind."""
    keyring = Keyring.generate()
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="haihe-scoreday-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)
        with screen.step("database 数据库"):
            url = start_database(stack, folder)
        with screen.step(f"index of {len(candidates):,} candidates 索引"):
            keys = folder / "keyring.json"
            keys.touch(mode=0o600)
            keys.write_text(keyring.to_json())
            with psycopg.connect(url, autocommit=True) as connection:
                create_stand_ins(connection)
                plant(connection, folder, candidates, keyring=keyring, content=content)
        port = ports.free_port()
        with screen.step("score day 成绩查询"):
            child = _start(stack, folder, url, port)
        yield ScoreHall(folder, url, port, child.pid or 0, content)


def _start(stack: ExitStack, folder: Path, url: str, port: int) -> Child:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("HAIHE_")},
        "HAIHE_DATA_DIR": str(folder),
        "HAIHE_DATABASE_URL": url,
        "HAIHE_BEHIND_PROXY": "1",
        "HAIHE_PROXIES": "127.0.0.1",
        "PYTHONPATH": services.python_path(),
    }
    command = (*services.haihe("scoreday"), "--port", str(port))
    child = Child(
        Program(
            "scoreday",
            command,
            folder / "logs" / "scoreday.log",
            environment,
            answers=lambda: services.responds("127.0.0.1", port),
        )
    )
    stack.callback(child.stop, timeout_s=20)
    child.start_and_wait()
    return child
