"""For tests, rehearsals and benches of score day: made-up candidates, their register's index, and a hall to ask in."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import lmdb
import msgspec
import psycopg

from haihe.gateway.group_commit import GroupCommit
from haihe.gateway.journal import Batch, Journal, JournalError
from haihe.gateway.messages import Reply, Request
from haihe.gateway.policy import QUERY, Client, Grant, IndexRow, Policy, Service
from haihe.gateway.testing import Letterbox, Loop
from haihe.kernel.identifiers import id_number_check_character
from haihe.kernel.keyring import Keyring
from haihe.kernel.mac import Mac
from haihe.kernel.mask_rules import compile_mask
from haihe.kernel.result_release import Content, ResultLine, Words
from haihe.kernel.subject_index import META_KEY, FieldValue, IndexMeta, encode_entry, encode_meta
from haihe.scoreday.app import ScoreDay
from haihe.scoreday.release import Release
from haihe.scoreday.server import open_score_day

SLUG = "made-up-examination"
SERVICE = "examination-results"
RESOURCE = "120022/000009"
OWNER, ASKER = "120022", "120022"
CLIENT = "scoreday"
PURPOSE = "RESULT_RELEASE"
SNAPSHOT = "made-up"
GRANT = "01900000-0000-7000-8000-00000000e8a1"
SUBJECTS = (
    ("chinese", "语文", "Chinese", 150),
    ("mathematics", "数学", "Mathematics", 150),
    ("foreign_language", "外语", "Foreign language", 150),
    ("physics", "物理", "Physics", 100),
    ("chemistry", "化学", "Chemistry", 100),
    ("biology", "生物", "Biology", 100),
    ("total", "总分", "Total", 750),
)
CONTENT = Content(
    title=Words("普通高考成绩查询（虚构考生）", "Results of the entrance examination (made-up candidates)"),
    authority=Words("教育招生考试院", "Education and Examinations Authority"),
    note=Words("考生和成绩都是虚构的。", "Candidates and results are made up."),
    hotline="12345",
    service=SERVICE,
    client=CLIENT,
    purpose=PURPOSE,
    number="candidate_number",
    lines=tuple(ResultLine(field, Words(zh, en), most) for field, zh, en, most in SUBJECTS),
)
FIELDS = CONTENT.fields


@dataclass(frozen=True, slots=True)
class Candidate:
    """All of them are made up."""

    number: str
    id_number: str
    values: dict[str, FieldValue]


def candidate(n: int, content: Content = CONTENT) -> Candidate:
    """Return the n-th of up to 160,000 candidates, with points for each line; the same number gives the same one."""
    place, serial = divmod(n, 1000)
    first17 = f"1201{1 + place % 16:02}2008{1 + (place // 16) % 10:02}15{serial:03}"
    lines = [line for line in content.lines if line.field != "total"]
    points = {line.field: _points(n, k, line.most or 100) for k, line in enumerate(lines)}
    values: dict[str, FieldValue] = {content.number: f"{26120000000000 + n}", **points}
    if "total" in content.fields:
        values["total"] = sum(points.values())
    return Candidate(f"{26120000000000 + n}", first17 + id_number_check_character(first17), values)


def _points(n: int, k: int, most: int) -> int:
    least = 40 if most > 40 else 0
    return least + (n * (7 + 4 * k)) % (most - least)


def write_index(
    folder: Path,
    candidates: Iterable[Candidate],
    *,
    keyring: Keyring,
    snapshot: str = SNAPSHOT,
    fields: tuple[str, ...] = FIELDS,
) -> str:
    """Write the register's index as the exchange does; return its path relative to the data directory `folder`."""
    relative = f"indexes/{RESOURCE.replace('/', '-')}/{snapshot}"
    path = folder / relative
    path.mkdir(parents=True)
    entries = {keyring.subject_key(one.id_number): encode_entry(False, b"", one.values) for one in candidates}
    meta = IndexMeta(resource=RESOURCE, snapshot=snapshot, as_of=datetime.now(UTC), rows=len(entries), fields=fields)
    with lmdb.open(str(path), map_size=(4 << 20) + 1000 * len(entries), sync=False) as env:
        with env.begin(write=True) as write:
            write.put(META_KEY, encode_meta(meta))
            for key in sorted(entries):
                write.put(key, entries[key])
        env.sync(True)
    return relative


def plant(
    connection: psycopg.Connection[tuple[object, ...]],
    folder: Path,
    candidates: Iterable[Candidate],
    *,
    keyring: Keyring,
    content: Content = CONTENT,
) -> None:
    """Fill the stand-in tables of `gateway.testing`, and make the view of releases a table."""
    connection.execute(
        "CREATE TABLE scoreday_release (slug text PRIMARY KEY, opens_at timestamptz, closes_at timestamptz, "
        "capacity_per_s int, content jsonb)"
    )
    sealed = keyring.seal(b"a secret of thirty-two bytes too", context=f"client-secret:{content.client}")
    connection.execute("INSERT INTO gateway_client VALUES (%s, %s, %s, true)", (content.client, ASKER, sealed))
    connection.execute(
        "INSERT INTO gateway_service VALUES (%s, 'QUERY', %s, %s, '', '{}', 86400, true, %s)",
        (content.service, RESOURCE, OWNER, json.dumps({field: {"mask": "none"} for field in content.fields})),
    )
    connection.execute(
        "INSERT INTO gateway_grant VALUES (%s, %s, %s, '{}', %s, '教育法', now() - interval '1 day', "
        "now() + interval '1 year', %s, 'ACTIVE', %s)",
        (GRANT, ASKER, content.service, [content.purpose], 1 << 30, list(content.fields)),
    )
    path = write_index(folder, candidates, keyring=keyring, fields=content.fields)
    connection.execute("INSERT INTO gateway_index VALUES (%s, %s, %s, now(), 0)", (RESOURCE, SNAPSHOT, path))


def announce(
    connection: psycopg.Connection[tuple[object, ...]],
    *,
    opens_at: float,
    capacity_per_s: int,
    lasts_s: float = 86_400,
    content: Content = CONTENT,
) -> None:
    """Set when the made-up release opens, and for how many a second."""
    connection.execute(
        "INSERT INTO scoreday_release VALUES (%s, to_timestamp(%s), to_timestamp(%s), %s, %s) ON CONFLICT (slug) DO "
        "UPDATE SET opens_at = excluded.opens_at, closes_at = excluded.closes_at, "
        "capacity_per_s = excluded.capacity_per_s",
        (SLUG, opens_at, opens_at + lasts_s, capacity_per_s, msgspec.json.encode(content).decode()),
    )


class Disk(Journal):
    """A journal whose disk can be full."""

    is_full = False

    def commit(self, batch: Batch) -> None:
        if self.is_full:
            raise JournalError("disk full")
        super().commit(batch)


class Hall:
    """Score day in one process, without network and database: real journal, real index, a clock to set."""

    def __init__(self, folder: Path, *, keyring: Keyring, candidates: Iterable[Candidate], now: float) -> None:
        self.now, self.keyring = now, keyring
        self.journal = Disk(folder / "journal", map_size=64 << 20)
        self.loop = Loop()
        self.commits = GroupCommit(self.journal, self.loop, clock=self.clock)
        self.score_day: ScoreDay = open_score_day(
            folder, keyring=keyring, journal=self.journal, commits=self.commits, url="https://scores.example"
        )
        self.score_day.since = now
        self.score_day.clock = self.score_day.look_up.clock = self.score_day.look_up.monotonic = self.clock
        self.folder, self.candidates = folder, tuple(candidates)
        path = write_index(folder, self.candidates, keyring=keyring)
        masks = {field: compile_mask({"mask": "none"}) for field in FIELDS}
        self.service = Service(SERVICE, RESOURCE, OWNER, "", {}, 1 << 30, QUERY, masks)
        self.grant = Grant(
            GRANT, ASKER, SERVICE, frozenset(), frozenset({PURPOSE}), "教育法", now - 86_400, now + 86_400, 1 << 30,
            "ACTIVE", frozenset(FIELDS),
        )  # fmt: skip
        self.indexes = (IndexRow(RESOURCE, SNAPSHOT, path),)
        self.release = Release(SLUG, now - 10, now + 86_400, 1_000_000, CONTENT)
        self.apply()

    def clock(self) -> float:
        return self.now

    def apply(self, *grants: Grant) -> None:
        """Make the policy and the release as they are now."""
        client = Client.with_secret(CLIENT, ASKER, Mac(b"a secret of thirty-two bytes too"))
        policy = Policy.of(
            clients=[client], services=[self.service], grants=grants or [self.grant], indexes=self.indexes
        )
        look_up = self.score_day.look_up
        look_up.indexes.switch(policy.indexes)
        look_up.policy.confirm(policy, now=self.now)
        self.score_day.releases.put(self.release)

    def renew_register(self, snapshot: str) -> None:
        """Publish the register again, with the same results."""
        path = write_index(self.folder, self.candidates, keyring=self.keyring, snapshot=snapshot)
        self.indexes = (IndexRow(RESOURCE, snapshot, path),)
        self.apply()

    def pass_time(self, seconds: float) -> None:
        """Let time go by, while the database says that nothing changed."""
        self.now += seconds
        self.apply()

    def change(self, **changes: object) -> None:
        """Change the release: its times or its capacity."""
        self.release = msgspec.structs.replace(self.release, **changes)
        self.apply()

    def ask(self, number: str, id_number: str, *, peer: str = "192.0.2.1", path: str = f"/{SLUG}/") -> Reply:
        return self.post({"number": number, "id_number": id_number}, peer=peer, path=path)

    def post(self, form: dict[str, str], *, peer: str = "192.0.2.1", path: str = f"/{SLUG}/") -> Reply:
        headers = {"content-type": "application/x-www-form-urlencoded"}
        return self.send(Request("POST", path, None, headers, urlencode(form).encode(), True, peer=peer))

    def get(self, path: str = f"/{SLUG}/", query: str | None = None) -> Reply:
        return self.send(Request("GET", path, query, {}, b"", True, peer="192.0.2.1"))

    def send(self, request: Request) -> Reply:
        letterbox = Letterbox()
        self.score_day.answer(request, letterbox)
        self.loop.turn()
        (reply,) = letterbox.replies
        return reply

    def records(self) -> list[dict[str, object]]:
        """Return all that the journal keeps for the ledger."""
        return [json.loads(record) for record in self.journal.oldest(at_most=1 << 30).records]

    def withdraw(self) -> None:
        """End the grant."""
        self.apply(replace(self.grant, status="TERMINATED", valid_until=self.now - 1))

    def close(self) -> None:
        self.score_day.look_up.indexes.close()
        self.journal.close()
