"""The routes. Quick pages are answered at once; whatever takes longer waits its turn beside the loop."""

import hashlib
import logging
import re
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path
from urllib.parse import parse_qsl

from haihe.data.open.store import FORMS as FILES
from haihe.data.open.store import Column, NarrowStore, Store, WrongQuery, read_groups, read_query, read_where
from haihe.gateway.messages import Listener, Reply, Request
from haihe.gateway.room import Lease
from haihe.openreads import refusing
from haihe.openreads.allowance import Allowance, Asker
from haihe.openreads.described import description, openapi
from haihe.openreads.downloads import Downloads, File, part_of
from haihe.openreads.packing import packed
from haihe.openreads.picture import SUSPENDED, WITHDRAWN, Dataset, Grant, Key, Picture, Version
from haihe.openreads.reads import Read, Reads
from haihe.openreads.refusing import OPEN, Refused, refusal
from haihe.openreads.stores import Stores
from haihe.openreads.telling import FORMS, FORMS_OF_GROUPS, JSON, groups_as, page_as
from haihe.openreads.turns import Turns
from haihe.openreads.usage import CALL, DOWNLOAD, Usage

HEALTH = "/healthz"
_PATH = re.compile(
    r"/open/v1/datasets/([A-Za-z0-9][A-Za-z0-9._/-]{0,99}?)(?:/(rows|groups|openapi\.json|export\.([a-z]{2,7})))?"
)
_FORMAT = 1
"""Rises when answers look otherwise, so that nobody keeps an old one."""
_ALLOWED = (
    OPEN + "access-control-allow-methods: GET, HEAD, OPTIONS\r\n"
    "access-control-allow-headers: authorization, range\r\naccess-control-max-age: 86400\r\n"
)
_PARAMETERS = 16
_OLDEST_GRANTS_S = 60.0
"""What is open to grants alone isn't given on a picture of the database that is older."""
_log = logging.getLogger("haihe.openreads")
type Parameters = dict[str, str]


@dataclass(frozen=True, slots=True)
class _Question:
    """A question about one version, by somebody who may ask it."""

    asker: str
    request: Request
    dataset: Dataset
    version: Version
    what: str
    form: str
    parameters: Parameters
    headers: str
    key: Key | None = None
    grant: Grant | None = None
    """What a conditional dataset is read by."""

    @property
    def key_id(self) -> str:
        return self.key.id if self.key else ""

    @property
    def is_head(self) -> bool:
        return self.request.method == "HEAD"


@dataclass(slots=True)
class OpenReads:
    """Lives in the loop's thread. `clock` gives Unix seconds; `url` is where it is reached from outside."""

    picture: Picture
    stores: Stores
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
        if _is_known(request, question):
            recipient.send(Reply(304, JSON, b"", headers=question.headers, length=-1, caching=_caching(question)))
            return
        self._begin(question, recipient)

    def _health(self) -> Reply:
        """Say that it serves; before the database was heard there is nothing to serve."""
        return Reply(200, "text/plain", b"ok") if self.picture.is_known else Reply(503, "text/plain", b"no picture yet")

    def _question(self, request: Request) -> _Question:
        found = _PATH.fullmatch(request.path)
        if found is None:
            raise Refused("not-found")
        dataset = self._dataset(found[1])
        key = self._key(request)
        grant = self._grant(dataset, key)
        asker = Asker.of(key, request.peer)
        taken = self.allowance.take(asker, self.clock())
        if taken.problem:
            raise Refused(taken.problem, headers=taken.headers)
        parameters = _parameters(request.query)
        version = _version(dataset, parameters.pop("as_of", ""))
        what = "export" if found[3] else (found[2] or "description")
        form = found[3] or _form(parameters.pop("format", ""), request.headers.get("accept", ""))
        headers = OPEN + taken.headers + _validators(request, version, form, grant)
        return _Question(asker.name, request, dataset, version, what, form, parameters, headers, key, grant)

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

    def _begin(self, question: _Question, recipient: Listener) -> None:
        if question.what == "export":
            self._export(question, recipient)
            return
        if question.what in ("rows", "groups") and not question.dataset.is_api:
            raise Refused("not-found", *refusing.NO_API)
        store = self.stores.get(question.version) if question.grant is None else None
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

    def _at_once(self, question: _Question, store: Store) -> Reply | None:
        """Answer what an index finds within milliseconds."""
        match question.what:
            case "rows":
                query = read_query(question.parameters, store.columns)
                page = store.page_at_once(query, as_lines=question.form == "json")
                return (
                    None
                    if page is None
                    else self._rows(question, page_as(question.form, page, version=question.version.name))
                )
            case "groups":
                _check_form_of_groups(question.form)
                read_groups(question.parameters, store.columns)
                return None
        return self._described(question, store)

    def _in_turn(self, question: _Question) -> Reply:
        """Answer beside the loop, however long it takes within its bounds."""
        store = self._store(question)
        version = question.version.name
        match question.what:
            case "rows":
                query = read_query(question.parameters, store.columns)
                page = store.page(query, as_lines=question.form == "json")
                is_plain = not question.parameters.keys() & {"where", "order"}
                self._keep(question, page.columns if is_plain else store.columns, page.size)
                return self._rows(question, page_as(question.form, page, version=version))
            case "groups":
                _check_form_of_groups(question.form)
                groups = store.groups(read_groups(question.parameters, store.columns))
                self._keep(question, store.columns, len(groups.rows))
                return _reply(question, FORMS[question.form], groups_as(question.form, groups, version=version))
        return self._described(question, store)

    def _store(self, question: _Question) -> Store:
        """Open the version, or of a conditional dataset's the columns that were granted; never in the loop."""
        store = self.stores.open(question.version)
        if question.grant is None or {column.name for column in store.columns} <= set(question.grant.columns):
            return store
        return NarrowStore(store, question.grant.columns)

    def _keep(self, question: _Question, columns: Sequence[Column], rows: int) -> None:
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

    def _rows(self, question: _Question, body: bytes) -> Reply:
        return _reply(question, FORMS[question.form], body)

    def _described(self, question: _Question, store: Store) -> Reply:
        base = f"{self.url}/open/v1/datasets/{question.dataset.slug}"
        make = openapi if question.what == "openapi.json" else description
        return _reply(question, JSON, make(question.dataset, question.version, store.columns, base))

    def _send(self, question: _Question, recipient: Listener, reply: Reply) -> None:
        if question.what in ("rows", "groups"):
            self.usage.count(question.dataset.slug, CALL, key=question.key_id)
        recipient.send(_for(question.request, reply))

    def _export(self, question: _Question, recipient: Listener) -> None:
        if question.form not in FILES:
            raise Refused("not-found", zh=f"可以下载：{'、'.join(FILES)}。", en=f"There are {', '.join(FILES)}.")
        spreadsheet = question.parameters.pop("for", "") == "spreadsheet"
        unknown = set(question.parameters) - {"where"}
        if unknown:
            raise Refused(
                "query-invalid", "整份下载只有 where、as_of 和 for 三个参数。", "Files take where, as_of and for."
            )
        headers = question.headers + _as_attachment(question)
        if question.form == "parquet" and "where" not in question.parameters and question.grant is None:
            self._count_download(question)
            file = self.data_dir / question.version.path / "rows.parquet"
            self._send_file(question, recipient, file, headers)
            return

        def make() -> File:
            store = self._store(question)
            where = read_where(question.parameters, store.columns)
            if question.grant is not None:
                self._keep(question, store.columns, store.count(where))
            base = f"{self.url}/open/v1/datasets/{question.dataset.slug}"
            return File(
                store.export(where, question.form, base=base, guard=spreadsheet),
                Reply(200, FILES[question.form].media_type, b"", headers=headers, caching=_caching(question)),
                is_packed=question.form in ("parquet", "xlsx"),
            )

        if question.is_head:
            reply = Reply(200, FILES[question.form].media_type, b"", headers=headers, length=-1)
            recipient.send(reply)
            return
        self._count_download(question)
        self.downloads.begin(question.asker, make, question.request, recipient)

    def _send_file(self, question: _Question, recipient: Listener, file: Path, headers: str) -> None:
        """Send a file as it lies there, or the part that was asked for."""
        size = file.stat().st_size
        headers += "accept-ranges: bytes\r\n"
        status, start, length = part_of(question.request.headers, size)
        if status == 416:
            raise Refused("range-invalid", headers=f"content-range: bytes */{size}\r\n")
        if status == 206:
            headers += f"content-range: bytes {start}-{start + length - 1}/{size}\r\n"
        kind = FILES["parquet"].media_type
        reply = Reply(status, kind, b"", headers=headers, length=length, caching=_caching(question))
        if question.is_head:
            recipient.send(reply)
        else:
            self.downloads.send_file(question.asker, file, start, length, reply, recipient)

    def _count_download(self, question: _Question) -> None:
        # Clients that read a file by parts ask for its beginning or its end once: parts of it aren't downloads.
        if not question.is_head and "range" not in question.request.headers:
            self.usage.count(question.dataset.slug, DOWNLOAD, key=question.key_id)


def _parameters(query: str | None) -> Parameters:
    try:
        pairs = parse_qsl(query or "", keep_blank_values=True, max_num_fields=_PARAMETERS, errors="strict")
    except ValueError as wrong:
        raise Refused("query-invalid", "参数不是 UTF-8，或者太多。", "Parameters aren't UTF-8, or too many.") from wrong
    parameters = dict(pairs)
    if len(parameters) < len(pairs):
        raise Refused("query-invalid", "有参数出现了两次。", "A parameter is there twice.")
    return parameters


def _version(dataset: Dataset, as_of: str) -> Version:
    version = dataset.as_of(as_of) if as_of else dataset.current
    if version is None:
        raise Refused("not-found", *(refusing.NO_VERSION if as_of else refusing.NOT_YET))
    return version


def _form(told: str, accepted: str) -> str:
    if told in FORMS:
        return told
    if told:
        names = ", ".join(FORMS)
        raise Refused("query-invalid", f"format 可以是 {names}。", f"format is one of {names}.")
    return next((form for form, kind in FORMS.items() if kind.partition(";")[0] in accepted), "json")


def _check_form_of_groups(form: str) -> None:
    if form not in FORMS_OF_GROUPS:
        names = ", ".join(FORMS_OF_GROUPS)
        raise WrongQuery(f"分组的 format 可以是 {names}。", f"The format of groups is one of {names}.")


def _validators(request: Request, version: Version, form: str, grant: Grant | None) -> str:
    """Return the headers by which an answer is known again: a version never changes, so its questions tell it all."""
    gzip = "gzip" if "gzip" in request.headers.get("accept-encoding", "") else ""
    told = f"{_FORMAT}|{version.path}|{request.path}|{request.query}|{form}|{gzip}"
    if grant is not None:
        told += f"|{grant.grant}|{','.join(grant.columns)}"
    etag = hashlib.blake2b(told.encode(), digest_size=12).hexdigest()
    modified = formatdate(version.published_at, usegmt=True)
    return f'etag: "{etag}"\r\nlast-modified: {modified}\r\nvary: accept, accept-encoding\r\n'


def _is_known(request: Request, question: _Question) -> bool:
    known = request.headers.get("if-none-match", "")
    etag = question.headers.partition("etag: ")[2].partition("\r\n")[0]
    return bool(known) and (
        known.strip() == "*" or etag in (each.strip().removeprefix("W/") for each in known.split(","))
    )


def _caching(question: _Question) -> str:
    """Say who may keep an answer: under conditions only who asked; whether it still holds is always asked."""
    return "private, no-cache" if question.dataset.is_conditional else "public, no-cache"


def _as_attachment(question: _Question) -> str:
    name = f"{question.dataset.slug}-{question.version.name}.{FILES[question.form].ending}"
    return f'content-disposition: attachment; filename="{name}"\r\n'


def _reply(question: _Question, kind: str, body: bytes) -> Reply:
    body, encoding = packed(body, question.request.headers)
    return Reply(200, kind, body, headers=question.headers + encoding, caching=_caching(question))


def _for(request: Request, reply: Reply) -> Reply:
    """Leave the body out where only the head was asked for."""
    if request.method != "HEAD" or not reply.body:
        return reply
    return Reply(reply.status, reply.media_type, b"", reply.headers, length=len(reply.body), caching=reply.caching)
