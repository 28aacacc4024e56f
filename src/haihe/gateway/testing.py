"""For tests and benches of the gateway: an index, signed questions, and stand-ins for the tables of its neighbours."""

import asyncio
import json
import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import lmdb
import psycopg

from haihe.gateway.app import Gateway
from haihe.gateway.claims import compile_claim
from haihe.gateway.corrections import CorrectionsRequest, NoticeRow
from haihe.gateway.group_commit import GroupCommit
from haihe.gateway.journal import Journal
from haihe.gateway.messages import Reply, Request
from haihe.gateway.packed import PackedRecord, unpack
from haihe.gateway.policy import QUERY, About, Client, Grant, IndexRow, Maintenance, Policy, Service
from haihe.gateway.server import open_desk
from haihe.kernel.keyring import Keyring
from haihe.kernel.mac import Mac
from haihe.kernel.mask_rules import compile_mask
from haihe.kernel.signing import sign_request
from haihe.kernel.subject_index import META_KEY, FieldValue, IndexMeta, encode_entry, encode_meta

RESOURCE = "120012/000001"
SERVICE = "relief-status"
PATH = f"/v1/verify/{SERVICE}"
BATCH_PATH = f"{PATH}/batch"
QUERY_SERVICE = "relief-details"
QUERY_PATH = f"/v1/query/{QUERY_SERVICE}"
PROXY_SERVICE = "tax-paid"
PROXY_PATH = f"/v1/proxy/{PROXY_SERVICE}"
SUBSCRIBE_SERVICE = "relief-changes"
SUBSCRIBE_PATH = f"/v1/subscribe/{SUBSCRIBE_SERVICE}"
PURPOSE = "HOUSING_FUND_WITHDRAWAL"
CLIENT = "gjj-core"
SECRET = b"a secret of thirty-two bytes ok."
ASKER = "120040"
GRANT = "01900000-0000-7000-8000-000000000001"
CLAIMS = {
    "on_relief": {
        "all": [
            {"field": "status", "op": "eq", "value": "在保"},
            {"field": "valid_until", "op": "ge", "value": "$today"},
        ]
    },
    "extreme_hardship": {"field": "relief_type", "op": "eq", "value": "特困供养"},
}

_STAND_INS = """
CREATE TABLE gateway_client (client_id text, organisation text, sealed_secret bytea, enabled bool);
CREATE TABLE gateway_service (slug text, kind text, resource text, owner text, default_claim text, claims jsonb,
    max_age_s int, enabled bool, fields jsonb DEFAULT '{}', source jsonb, source_networks text[] DEFAULT '{}',
    sealed_source_secret bytea);
CREATE TABLE gateway_grant (id uuid, organisation text, service text, claims text[], purposes text[],
    legal_basis text, valid_from timestamptz, valid_until timestamptz, quota_per_day int, status text,
    fields text[] DEFAULT '{}', last_good_s int DEFAULT 0, rate_per_s int DEFAULT 0);
CREATE TABLE gateway_correction_notice (id bigint, organisation text, service text, of_case text, evidence uuid,
    corrected_at timestamptz, fetched_at timestamptz);
CREATE TABLE gateway_about (slug text, title text, summary text, titles jsonb, fields jsonb);
CREATE TABLE gateway_member (organisation text, name text);
CREATE TABLE gateway_maintenance (owner text, service text, valid_from timestamptz, valid_until timestamptz,
    reason text, serves_on bool);
CREATE VIEW gateway_client_key AS SELECT client_id, ''::text AS key_id, 'HMAC'::text AS kind, sealed_secret,
    NULL::bytea AS public_key, timestamptz '2026-01-01' AS made_at, timestamptz '2026-01-01' AS not_before,
    timestamptz '2999-01-01' AS expires_at FROM gateway_client;
CREATE TABLE gateway_index (resource text, snapshot text, path text, as_of timestamptz, row_count int);
"""


@dataclass(frozen=True, slots=True)
class Person:
    """A row of the relief register. All of them are synthetic."""

    id_number: str
    name: str
    fields: dict[str, FieldValue]
    in_doubt: bool = False


def relief_fields(status: str = "在保", valid_until: str | None = "2999-12-31") -> dict[str, FieldValue]:
    return {"relief_type": "最低生活保障", "status": status, "valid_until": valid_until}


def build_index(
    folder: Path, people: Iterable[Person], *, keyring: Keyring, snapshot: str = "s1", as_of: datetime | None = None
) -> str:
    """Write an index as the exchange does; return its path relative to the data directory `folder`."""
    entries = {
        keyring.subject_key(p.id_number): encode_entry(p.in_doubt, keyring.name_key(p.name), p.fields) for p in people
    }
    return write_index(folder, entries, snapshot=snapshot, as_of=as_of or datetime.now(UTC))


def write_index(folder: Path, entries: dict[bytes, bytes], *, snapshot: str, as_of: datetime) -> str:
    relative = f"indexes/{RESOURCE.replace('/', '-')}/{snapshot}"
    path = folder / relative
    path.mkdir(parents=True)
    meta = IndexMeta(resource=RESOURCE, snapshot=snapshot, as_of=as_of, rows=len(entries), fields=("status",))
    with lmdb.open(str(path), map_size=(1 << 20) + 600 * len(entries), sync=False) as env:
        with env.begin(write=True) as write:
            write.put(META_KEY, encode_meta(meta))
            for key in sorted(entries):
                write.put(key, entries[key])
        env.sync(True)
    return relative


def create_stand_ins(connection: "psycopg.Connection[tuple[object, ...]]") -> None:
    """Create what the gateway reads as plain tables, and the real ledger."""
    connection.execute(_STAND_INS)
    ledger = resources.files("haihe.base.ledger")
    for part in ("schema.sql", "schema_query.sql", "schema_packed.sql", "schema_proxy.sql", "schema_subscribe.sql"):
        connection.execute(ledger.joinpath(part).read_bytes())
    connection.execute(resources.files("haihe.base.watch").joinpath("schema.sql").read_bytes())
    connection.execute(resources.files("haihe.data.sharing").joinpath("schema_use.sql").read_bytes())


def plant_policy(connection: psycopg.Connection[tuple[object, ...]], *, keyring: Keyring, quota: int = 1 << 30) -> None:
    """Fill the stand-in tables: the housing-fund centre may ask the relief register, whose index isn't there yet."""
    sealed = keyring.seal(SECRET, context=f"client-secret:{CLIENT}")
    connection.execute("INSERT INTO gateway_client VALUES (%s, %s, %s, true)", (CLIENT, ASKER, sealed))
    connection.execute(
        "INSERT INTO gateway_service VALUES (%s, 'VERIFY', %s, '120012', 'on_relief', %s, 86400, true)",
        (SERVICE, RESOURCE, json.dumps(CLAIMS)),
    )
    connection.execute(
        "INSERT INTO gateway_grant VALUES (%s, %s, %s, '{on_relief}', %s, '天津市促进大数据发展应用条例第二十条', "
        "now() - interval '1 day', now() + interval '1 year', %s, 'ACTIVE')",
        (GRANT, ASKER, SERVICE, [PURPOSE], quota),
    )


def announce_index(connection: psycopg.Connection[tuple[object, ...]], *, snapshot: str, path: str) -> None:
    """Make the index current and tell the gateway."""
    connection.execute("DELETE FROM gateway_index WHERE resource = %s", (RESOURCE,))
    connection.execute("INSERT INTO gateway_index VALUES (%s, %s, %s, now(), 0)", (RESOURCE, snapshot, path))
    connection.execute("SELECT pg_notify('haihe_policy', 'gateway_index')")


def question(id_number: str, **more: object) -> bytes:
    """Return the body of a question. `name` goes with the subject, everything else to the top."""
    subject = {"id_number": id_number} | ({"name": more.pop("name")} if "name" in more else {})
    return json.dumps({"subject": subject, "purpose": PURPOSE, "case": "GJJ-2026-1"} | more).encode()


def batch(subjects: Iterable[str | Mapping[str, object]], /, **more: object) -> bytes:
    """Return the body of a batch; subjects are identity numbers, or objects as they stand in a request."""
    told = [{"id_number": each} if isinstance(each, str) else dict(each) for each in subjects]
    return json.dumps({"subjects": told, "purpose": PURPOSE, "case": "GJJ-2026-1"} | more).encode()


def query(id_number: str, *fields: str, **more: object) -> bytes:
    """Return the body of a query."""
    return question(id_number, **({"fields": list(fields)} | more))


def signed_headers(body: bytes, **changes: object) -> dict[str, str]:
    """Return all headers of a well-formed request; `changes` are of `sign_request`'s arguments."""
    call: dict[str, object] = {
        "method": "POST",
        "path": PATH,
        "body": body,
        "client_id": CLIENT,
        "secret": SECRET,
        "created": int(time.time()),
        "nonce": secrets.token_urlsafe(16),
    }
    signed = sign_request(**(call | changes))  # type: ignore[arg-type]  # the table of defaults is untyped on purpose
    return {"content-type": "application/json", **signed}


@dataclass
class ListedNotices:
    """Gives what the test lists, or raises; remembers for whom it was asked."""

    rows: list[NoticeRow] = field(default_factory=list)
    trouble: Exception | None = None
    asked: list[tuple[str, CorrectionsRequest]] = field(default_factory=list)

    async def read(self, organisation: str, asked: CorrectionsRequest) -> list[NoticeRow]:
        self.asked.append((organisation, asked))
        if self.trouble:
            raise self.trouble
        return self.rows[: int(asked.limit)]


class Loop:
    """A loop whose next turn comes when the test says so."""

    def __init__(self) -> None:
        self._soon: list[Callable[[], object]] = []

    def call_soon(self, callback: Callable[[], object]) -> None:
        """Keep it for the next turn."""
        self._soon.append(callback)

    def turn(self) -> None:
        """Run what was to come soon."""
        soon, self._soon = self._soon, []
        for callback in soon:
            callback()


class Letterbox:
    """Keeps the replies it is sent, and lets a reply in parts go on when it is told to."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.parts: list[bytes] = []
        self.ended = False
        self.is_open = True
        self.go_on: Callable[[], None] | None = None

    def begin(self, reply: Reply) -> None:
        self.replies.append(reply)
        self.write(reply.body)

    def write(self, part: bytes) -> None:
        self.parts.append(part)

    def end(self) -> None:
        self.ended = True

    def when_writable(self, go_on: Callable[[], None]) -> None:
        self.go_on = go_on

    def abort(self) -> None:
        self.is_open = False

    def send(self, reply: Reply) -> None:
        self.replies.append(reply)


class Door:
    """The whole gateway in one process, without network and database: real journal, real index, a clock to set."""

    def __init__(
        self,
        folder: Path,
        *,
        keyring: Keyring,
        people: Iterable[Person] = (),
        loop: "Loop | asyncio.AbstractEventLoop | None" = None,
    ) -> None:
        self.folder, self.keyring = folder, keyring
        self.now = time.time()
        self.journal = Journal(folder / "journal", map_size=64 << 20)
        self.commits = GroupCommit(self.journal, loop or Loop(), clock=self.clock)
        self.desk = open_desk(
            folder, keyring=keyring, journal=self.journal, commits=self.commits, clock=self.clock, monotonic=self.clock
        )
        self.client = Client.with_secret(CLIENT, ASKER, Mac(SECRET))
        self.service = Service(
            SERVICE, RESOURCE, "120012", "on_relief", {n: compile_claim(c) for n, c in CLAIMS.items()}, 86_400
        )
        self.grant = Grant(
            GRANT, ASKER, SERVICE, frozenset({"on_relief"}), frozenset({PURPOSE}), "条例第二十条", self.now - 86_400,
            self.now + 86_400, 1 << 30, "ACTIVE",
        )  # fmt: skip
        self.admit: Callable[[Policy], Policy] = lambda policy: policy
        self.others: list[tuple[Service, Grant]] = []
        self.about: dict[str, About] = {}
        self.maintenance: list[Maintenance] = []
        self.members = {ASKER: "市住房公积金管理中心", "120012": "市民政局"}
        self.indexes = [IndexRow(RESOURCE, "s1", build_index(folder, people, keyring=keyring))]
        self.gateway = Gateway(self.desk, health=self._no_health, openapi=b"{}")
        self.apply()

    def clock(self) -> float:
        return self.now

    def apply(self) -> None:
        """Make the policy of client, services, grants and indexes as they are now."""
        policy = Policy.of(
            clients=[self.client],
            services=[self.service, *(service for service, _ in self.others)],
            grants=[self.grant, *(grant for _, grant in self.others)],
            indexes=self.indexes,
            about=self.about,
            members=self.members,
            maintenance=self.maintenance,
        )
        self.follow(policy)

    def follow(self, policy: Policy) -> None:
        """Take a policy from elsewhere, such as a database; the indexes are those of this door."""
        policy = replace(policy, indexes=tuple(self.indexes))
        self.desk.indexes.switch(policy.indexes)
        self.commits.tally.services = policy.services
        self.desk.policy.confirm(self.admit(policy), now=self.now)

    def open_relief_details(self) -> None:
        """Open a QUERY service beside the first, and grant two of its fields for the rent subsidy."""
        rules: dict[str, dict[str, Any]] = {
            "relief_type": {"mask": "none"},
            "monthly_amount_yuan": {"mask": "bucket", "step": 500},
        }
        masks = {name: compile_mask(rule) for name, rule in rules.items()}
        details = Service(QUERY_SERVICE, RESOURCE, "120012", "", {}, 86_400, QUERY, masks)
        grant = replace(
            self.grant,
            id=f"{GRANT[:-1]}2",
            service=QUERY_SERVICE,
            claims=frozenset(),
            fields=frozenset(rules),
            purposes=frozenset({"RENT_SUBSIDY_ASSESSMENT"}),
        )
        self.others.append((details, grant))
        self.about[QUERY_SERVICE] = About("低保详情查询", titles={"relief_type": "救助类型"}, rules=rules)
        self.apply()

    def post(
        self, body: bytes, *, path: str = PATH, headers: Mapping[str, str] | None = None, **signing: object
    ) -> Reply:
        """Send a signed question and return the reply; `headers` replace those signed here, `signing` changes them."""
        created = int(self.now)
        signed = signed_headers(body, **({"path": path, "created": created} | signing)) if headers is None else headers
        return self.send(Request("POST", path, None, dict(signed), body, True))

    async def proxy(self, body: bytes, *, headers: Mapping[str, str] | None = None, **signing: object) -> Reply:
        """Send a signed question to a department's interface and wait for the reply; needs a running loop."""
        letterbox = self.set_out(body, headers=headers, **signing)
        await self.desk.sources.settled()
        self.commits.commit()
        (reply,) = letterbox.replies
        return reply

    def set_out(self, body: bytes, *, headers: Mapping[str, str] | None = None, **signing: object) -> Letterbox:
        """Send a signed question to a department's interface, and let it go out; its reply comes later."""
        told: dict[str, object] = {"path": PROXY_PATH, "created": int(self.now)}
        signed = signed_headers(body, **(told | signing)) if headers is None else headers
        letterbox = Letterbox()
        self.gateway.answer(Request("POST", PROXY_PATH, None, dict(signed), body, True), letterbox)
        self.commits.commit()
        return letterbox

    def batch(
        self,
        body: bytes,
        *,
        headers: Mapping[str, str] | None = None,
        between: Callable[[], None] | None = None,
        path: str = BATCH_PATH,
        **signing: object,
    ) -> Letterbox:
        """Send a signed batch and let it run to its end; `between` is called before each further part."""
        told: dict[str, object] = {"path": path, "created": int(self.now)}
        signed = signed_headers(body, **(told | signing)) if headers is None else headers
        letterbox = Letterbox()
        self.gateway.answer(Request("POST", path, None, dict(signed), body, True, True), letterbox)
        self.commits.commit()
        while letterbox.go_on is not None:
            go_on, letterbox.go_on = letterbox.go_on, None
            if between is not None:
                between()
            go_on()
            self.commits.commit()
        return letterbox

    def send(self, request: Request) -> Reply:
        letterbox = Letterbox()
        self.gateway.answer(request, letterbox)
        self.commits.commit()
        (reply,) = letterbox.replies
        return reply

    def records(self) -> list[dict[str, Any]]:
        """Return all that the journal keeps for the ledger, but for records of many."""
        return [json.loads(record) for record in self.journal.oldest(at_most=1 << 30).records]

    def packed(self) -> list[PackedRecord]:
        """Return the records of many that the journal keeps."""
        return [unpack(one) for one in self.journal.oldest(at_most=1 << 30).packed]

    def close(self) -> None:
        self.desk.indexes.close()
        self.desk.sources.last_good.close()
        self.journal.close()

    @staticmethod
    async def _no_health() -> Reply:
        return Reply(200, "application/json", b"{}")
