"""The routes. Quick pages are answered at once; whatever takes longer waits its turn beside the loop."""

import hashlib
import logging
import re
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from haihe.data.open.counting import Allowance, Asker
from haihe.data.open.store import FORMS as FILES
from haihe.data.open.store import (
    Column,
    NarrowStore,
    OpenStores,
    Page,
    Store,
    WrongQuery,
    read_groups,
    read_query,
    read_where,
)
from haihe.gateway.messages import Listener, Reply, Request
from haihe.gateway.room import Lease
from haihe.openreads import refusing
from haihe.openreads.described import description, openapi
from haihe.openreads.downloads import Downloads, File
from haihe.openreads.picture import SUSPENDED, WITHDRAWN, Dataset, Grant, Key, Picture
from haihe.openreads.question import (
    PACKED,
    Question,
    check_form_of_groups,
    etag_of,
    read_form,
    read_parameters,
    validators,
    version_of,
)
from haihe.openreads.reads import Read, Reads
from haihe.openreads.refusing import OPEN, Refused, refusal
from haihe.openreads.telling import FORMS, JSON, groups_as, page_as
from haihe.openreads.turns import Turns
from haihe.openreads.usage import CALL, DOWNLOAD, Usage

HEALTH = "/healthz"
_PATH = re.compile(
    r"/open/v1/datasets/([A-Za-z0-9][A-Za-z0-9._/-]{0,99}?)(?:/(rows|groups|openapi\.json|export\.([a-z]{2,7})))?"
)
_ALLOWED = (
    OPEN + "access-control-allow-methods: GET, HEAD, OPTIONS\r\n"
    "access-control-allow-headers: authorization, if-none-match, if-range, range\r\naccess-control-max-age: 86400\r\n"
)
_OLDEST_GRANTS_S = 60.0
"""What is open to grants alone isn't given on a picture of the database that is older."""
_log = logging.getLogger("haihe.openreads")


@dataclass(slots=True)
class OpenReads:
    """Lives in the loop's thread. `clock` gives Unix seconds; `url` is where it is reached from outside."""

    picture: Picture
    stores: OpenStores
    turns: Turns
    figures: Turns
    downloads: Downloads
    allowance: Allowance
    usage: Usage
    reads: Reads
    data_dir: Path
    clock: Callable[[], float]
    url: str

    def answer(self, request: Request, recipient: Listener) -> None:
        """Send the answer, now or when it is there."""
        try:
            self._answer(request, recipient)
        except Refused as refused:
            recipient.send(_for(request, refusal(refused)))
        except WrongQuery as wrong:
            recipient.send(_for(request, refusal(Refused("query-invalid", wrong.zh, wrong.en))))
        except Exception as fault:
            where = "".join(traceback.format_tb(fault.__traceback__))
            _log.error("a request failed: %s at\n%s", type(fault).__name__, where)
            recipient.send(refusal(Refused("unavailable")))

    def room_for(self, request: Request, size: int) -> Lease | str:
        """Nothing large is taken."""
        return "body-too-large"

    def _answer(self, request: Request, recipient: Listener) -> None:
        if request.fault is not None:
            raise Refused(request.fault)
        if request.path == HEALTH:
            recipient.send(self._health())
            return
        if request.method == "OPTIONS":
            recipient.send(Reply(204, JSON, b"", headers=_ALLOWED, length=-1))
            return
        if request.method not in ("GET", "HEAD"):
            raise Refused("method-not-allowed", headers="allow: GET, HEAD, OPTIONS\r\n")
        question = self._question(request)
        if question.is_known:
            recipient.send(question.head(JSON, status=304, length=-1))
            return
        self._begin(question, recipient)

    def _health(self) -> Reply:
        """Say that it serves; before the database was heard there is nothing to serve."""
        return Reply(200, "text/plain", b"ok") if self.picture.is_known else Reply(503, "text/plain", b"no picture yet")

    def _question(self, request: Request) -> Question:
        found = _PATH.fullmatch(request.path)
        if found is None:
            raise Refused("not-found")
        dataset = self._dataset(found[1])
        key = self._key(request)
        grant = self._grant(dataset, key)
        asker = Asker.at(request.peer) if key is None else Asker.with_key(key.hash, key.quota_per_day)
        taken = self.allowance.take(asker, self.clock())
        limits = "".join(f"{name}: {told}\r\n" for name, told in taken.headers.items())
        if taken.problem:
            raise Refused(taken.problem, headers=limits)
        parameters = read_parameters(request.query)
        version = version_of(dataset, parameters.pop("as_of", ""))
        what = "export" if found[3] else (found[2] or "description")
        form = found[3] or read_form(parameters.pop("format", ""), request.headers)
        described = () if what in ("rows", "groups", "export") else (dataset,)
        etag = etag_of(request, form, version, grant, described)
        headers = OPEN + limits + validators(etag, version)
        return Question(asker.name, request, dataset, version, what, form, parameters, etag, headers, key, grant)

    def _dataset(self, code: str) -> Dataset:
        dataset = self.picture.dataset(code)
        if dataset is None:
            raise Refused("not-found", *refusing.NO_DATASET)
        if dataset.state == WITHDRAWN:
            raise Refused("dataset-withdrawn")
        if dataset.state == SUSPENDED:
            raise Refused("unavailable", *refusing.SUSPENDED, headers="retry-after: 3600\r\n")
        return dataset

    def _key(self, request: Request) -> Key | None:
        told = request.headers.get("authorization", "")
        if not told:
            return None
        scheme, _, secret = told.partition(" ")
        key = self.picture.key(hashlib.sha256(secret.strip().encode("latin-1")).digest())
        expired = key is not None and key.valid_until is not None and key.valid_until <= self.clock()
        if scheme.lower() != "bearer" or key is None or expired:
            raise Refused("credentials-invalid", *refusing.WRONG_KEY, headers="www-authenticate: Bearer\r\n")
        return key

    def _grant(self, dataset: Dataset, key: Key | None) -> Grant | None:
        """Return what lets the key read a conditional dataset; None for what is open to everybody."""
        if not dataset.is_conditional:
            return None
        grant = key.grant_for(dataset, self.clock()) if key else None
        if grant is None:
            raise Refused("access-conditional", *refusing.KEY_NEEDED)
        if time.monotonic() - self.picture.heard_at > _OLDEST_GRANTS_S:
            raise Refused("unavailable", *refusing.GRANTS_UNKNOWN, headers="retry-after: 30\r\n")
        return grant

    def _begin(self, question: Question, recipient: Listener) -> None:
        if question.what == "export":
            self._export(question, recipient)
            return
        if question.what in ("rows", "groups") and not question.dataset.is_api:
            raise Refused("not-found", *refusing.NO_API)
        store = self.stores.get(self._folder(question)) if question.grant is None else None
        if store is not None and (reply := self._at_once(question, store)) is not None:
            self._send(question, recipient, reply)
            return
        turns = self.figures if question.what == "groups" else self.turns
        turns.take(
            question.asker,
            lambda: self._in_turn(question),
            lambda reply: self._send(question, recipient, reply),
            lambda refused: recipient.send(_for(question.request, refusal(refused))),
        )

    def _at_once(self, question: Question, store: Store) -> Reply | None:
        """Answer what an index finds within milliseconds."""
        match question.what:
            case "rows":
                query = read_query(question.parameters, store.columns)
                page = store.page_at_once(query, as_lines=question.form == "json")
                return None if page is None else self._rows(question, page)
            case "groups":
                check_form_of_groups(question.form)
                read_groups(question.parameters, store.columns)
                return None
        return self._described(question, store)

    def _in_turn(self, question: Question) -> Reply:
        """Answer beside the loop, however long it takes within its bounds, if it may still be answered then."""
        self._check_still(question)
        reply = self._made(question, self._store(question))
        self._check_still(question)
        return reply

    def _check_still(self, question: Question) -> None:
        """Raises: Refused where the dataset was stopped, or the grant taken back, since it was asked."""
        key = self.picture.key(question.key.hash) if question.key else None
        self._grant(self._dataset(question.dataset.slug), key)

    def _may_go_on(self, question: Question) -> bool:
        try:
            self._check_still(question)
        except Refused:
            return False
        return True

    def _made(self, question: Question, store: Store) -> Reply:
        match question.what:
            case "rows":
                query = read_query(question.parameters, store.columns)
                page = store.page(query, as_lines=question.form == "json")
                is_plain = not question.parameters.keys() & {"where", "order"}
                self._keep(question, page.columns if is_plain else store.columns, page.size)
                return self._rows(question, page)
            case "groups":
                check_form_of_groups(question.form)
                groups = store.groups(read_groups(question.parameters, store.columns))
                self._keep(question, store.columns, len(groups.rows))
                body = groups_as(question.form, groups, version=question.version.name)
                return question.reply(FORMS[question.form], body)
        return self._described(question, store)

    def _store(self, question: Question) -> Store:
        """Open the version, or of a conditional dataset's the columns that were granted; never in the loop."""
        store = self.stores.open(self._folder(question))
        if question.grant is None or {column.name for column in store.columns} <= set(question.grant.columns):
            return store
        return NarrowStore(store, question.grant.columns)

    def _folder(self, question: Question) -> Path:
        return self.data_dir / question.version.path

    def _keep(self, question: Question, columns: Sequence[Column], rows: int) -> None:
        """Write down what is read of a conditional dataset, before it is answered. Raises: OSError."""
        if question.grant is None or question.key is None:
            return
        self.reads.keep(
            Read(
                at=self.clock(),
                dataset=question.dataset.slug,
                version=question.version.name,
                grant=question.grant.grant,
                key=question.key.id,
                holder=question.key.holder,
                what=question.what,
                columns=tuple(column.name for column in columns),
                rows=rows,
            )
        )

    def _rows(self, question: Question, page: Page) -> Reply:
        body = page_as(question.form, page, version=question.version.name)
        return question.reply(FORMS[question.form], body, question.link_to(page.next, self.url))

    def _described(self, question: Question, store: Store) -> Reply:
        base = f"{self.url}/open/v1/datasets/{question.dataset.slug}"
        make = openapi if question.what == "openapi.json" else description
        return question.reply(JSON, make(question.dataset, question.version, store.columns, base))

    def _send(self, question: Question, recipient: Listener, reply: Reply) -> None:
        if question.what in ("rows", "groups"):
            self.usage.count(question.dataset.slug, CALL, key=question.key_id)
        recipient.send(_for(question.request, reply))

    def _export(self, question: Question, recipient: Listener) -> None:
        if question.form not in FILES:
            raise Refused("not-found", zh=f"可以下载：{'、'.join(FILES)}。", en=f"There are {', '.join(FILES)}.")
        opened_in = question.parameters.pop("for", "")
        if opened_in not in ("", "spreadsheet") or set(question.parameters) - {"where"}:
            raise Refused(
                "query-invalid",
                "整份下载只有 where、as_of 和 for=spreadsheet 三个参数。",
                "Files take where, as_of and for=spreadsheet.",
            )
        if question.form == "parquet" and "where" not in question.parameters and question.grant is None:
            self._send_file(question, recipient, self._folder(question) / "rows.parquet")
            return
        head = question.head(FILES[question.form].media_type, headers=question.attachment())
        if question.is_head:
            recipient.send(msgspec.structs.replace(head, length=-1))
            return
        if not question.request.may_stream:
            raise Refused("malformed-request", *refusing.OLD_HTTP)

        def make() -> File:
            store = self._store(question)
            where = read_where(question.parameters, store.columns)
            if question.grant is not None:
                self._keep(question, store.columns, store.count(where))
            base = f"{self.url}/open/v1/datasets/{question.dataset.slug}"
            pieces = store.export(where, question.form, base=base, guard=opened_in == "spreadsheet")
            return File(pieces, head, is_packed=question.form in PACKED)

        self._count_download(question)
        self.downloads.begin(
            question.asker, make, question.request, recipient, may_go_on=lambda: self._may_go_on(question)
        )

    def _send_file(self, question: Question, recipient: Listener, file: Path) -> None:
        """Send a file as it lies there, or the part that was asked for."""
        size = file.stat().st_size
        headers = question.attachment() + "accept-ranges: bytes\r\n"
        status, start, length = question.part_of(size)
        if status == 416:
            raise Refused("range-invalid", headers=f"content-range: bytes */{size}\r\n")
        if status == 206:
            headers += f"content-range: bytes {start}-{start + length - 1}/{size}\r\n"
        head = question.head(FILES["parquet"].media_type, status=status, headers=headers, length=length)
        if question.is_head:
            recipient.send(head)
            return
        # Clients that read a file by parts ask for its beginning or its end once: parts of it aren't downloads.
        if status == 200:
            self._count_download(question)
        self.downloads.send_file(
            question.asker, file, start, length, head, recipient, may_go_on=lambda: self._may_go_on(question)
        )

    def _count_download(self, question: Question) -> None:
        """Count a file that goes out, and none that is refused. Raises: Refused."""
        self.downloads.check_room(question.asker)
        self.usage.count(question.dataset.slug, DOWNLOAD, key=question.key_id)


def _for(request: Request, reply: Reply) -> Reply:
    """Leave the body out where only the head was asked for."""
    if request.method != "HEAD" or not reply.body:
        return reply
    return Reply(reply.status, reply.media_type, b"", reply.headers, length=len(reply.body), caching=reply.caching)
