"""Source rules: how a department's own HTTP interface is asked about one subject, and where its answer holds what.

The owner writes them down as JSON, once; sharing checks them, the gateway asks by them. Nothing that a request brings
can change the address: a place in the path takes only values that are a code, a number, a date or one of a list. An
identity number goes into a header or a body; into a path or query string, which every server on the way may log, only
on the owner's word (`logged`). Pure: no name is looked up and nothing is connected here.
"""

import re
from collections.abc import Iterable, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

import msgspec
from cryptography import x509

type Network = IPv4Network | IPv6Network
type Place = Literal["header", "body", "path", "query"]

MOST_TIMEOUT_MS: Final = 10_000
MOST_BYTES: Final = 1 << 20
MOST_LAST_GOOD_S: Final = 30 * 86_400
MOST_CA_BYTES: Final = 16_384
SUBJECT: Final = "subject"
"""The name that stands for the identity number in a path."""
_MOST_NETWORKS = 16
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_AT_SOURCE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,62})(?:\.[a-z0-9](?:[a-z0-9-]{0,62}))*|[0-9a-f:.]+")
_SEGMENT = re.compile(r"[A-Za-z0-9._~-]+|\{([a-z][a-z0-9_]*)\}")
_POINTER = re.compile(r"(?:/(?:[^/~\x00-\x1f]|~[01]){1,64}){0,8}")
_IN_PATH = frozenset({"code", "integer", "date", "choice"})
_NOT_OURS = frozenset(
    {"host", "connection", "content-length", "content-type", "transfer-encoding", "te", "trailer", "upgrade", "expect",
     "accept", "accept-encoding", "cookie", "keep-alive", "proxy-authorization", "proxy-connection", "haihe-evidence"}
)  # fmt: skip


class SourceError(ValueError):
    """The rules are none that this program understands. `place` names the part that is wrong."""

    def __init__(self, place: str) -> None:
        super().__init__(f"the source rules are wrong at {place}")
        self.place = place


class SubjectPlace(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the identity number goes. `logged`: the owner knows that it stands in an address, which servers log."""

    place: Place = msgspec.field(name="in")
    name: str = SUBJECT
    logged: bool = False


class Parameter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a request may add, and of what form; `name` is what the source calls it, where that is another word."""

    place: Place = msgspec.field(name="in")
    form: Literal["code", "integer", "date", "choice", "text"]
    name: str = ""
    required: bool = True
    least: int | None = None
    most: int | None = None
    choices: tuple[Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$")], ...] = ()


class SourceField(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a field stands in the answer: a JSON pointer (RFC 6901), and what must be there."""

    pointer: str
    type: Literal["text", "integer", "amount", "date", "boolean"]


class Absent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the source says that it knows nobody such: by this status, or by null or nothing at this pointer."""

    status: Literal[204, 404, 410] | None = None
    pointer: str | None = None


class BreakerRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """After so many failures in a row the source is left alone for so long."""

    failures: Annotated[int, msgspec.Meta(ge=1, le=100)] = 5
    open_s: Annotated[int, msgspec.Meta(ge=1, le=600)] = 30


class SourceRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`echo` points to where the answer repeats the identity number, if it does: an answer about another is none.

    `secret_header` is the header that carries the sealed secret. `last_good_s` is how old an answer may be that is
    given while the source is away; 0 for never, and a grant may allow less. `ca` holds certificates in PEM by whose
    word alone the source's own is believed; without one the gateway's system decides.
    """

    url: str
    method: Literal["GET", "POST"]
    fields: dict[str, SourceField]
    subject: SubjectPlace | None = None
    parameters: dict[str, Parameter] = {}
    absent: Absent = Absent()
    echo: str | None = None
    secret_header: str = ""
    ca: Annotated[str, msgspec.Meta(max_length=MOST_CA_BYTES)] = ""
    timeout_ms: Annotated[int, msgspec.Meta(ge=100, le=MOST_TIMEOUT_MS)] = 3000
    most_bytes: Annotated[int, msgspec.Meta(ge=256, le=MOST_BYTES)] = 65_536
    breaker: BreakerRules = BreakerRules()
    last_good_s: Annotated[int, msgspec.Meta(ge=0, le=MOST_LAST_GOOD_S)] = 0

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or (443 if self.is_tls else 80)

    @property
    def is_tls(self) -> bool:
        return self.url.startswith("https:")

    @property
    def path(self) -> str:
        """Return the path with its places in braces."""
        return urlsplit(self.url).path or "/"


def read_rules(definition: object) -> SourceRules:
    """Raises: SourceError."""
    try:
        rules = msgspec.convert(definition, SourceRules, strict=True)
    except msgspec.ValidationError as fault:
        found = re.search(r"`\$\.?([a-z_.]*)", str(fault))
        raise SourceError(found[1] if found and found[1] else "form") from None
    _check_url(rules)
    _check_ca(rules)
    _check_places(rules)
    _check_fields(rules)
    for name, parameter in rules.parameters.items():
        _check_parameter(name, parameter)
    return rules


def example_of(parameter: Parameter) -> str | int:
    """Return a value that the owner takes, for descriptions and programs to be copied."""
    if parameter.form == "integer":
        least, most = parameter.least, parameter.most
        return least if least is not None else min(1, most) if most is not None else 1
    return {"date": "2026-01-31", "choice": next(iter(parameter.choices), ""), "code": "A1", "text": "例"}[
        parameter.form
    ]


def read_networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Read the networks in which an operator confirmed the source's addresses lie. Raises: SourceError."""
    try:
        networks = tuple(ip_network(text.strip()) for text in texts)
    except ValueError:
        raise SourceError("networks") from None
    if not 1 <= len(networks) <= _MOST_NETWORKS or not all(_is_confirmable(network) for network in networks):
        raise SourceError("networks")
    return networks


def is_within(address: str, networks: Iterable[Network]) -> bool:
    """Tell whether the address is one that was confirmed. An IPv4 address in IPv6's clothes is an IPv4 address."""
    try:
        told = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    plain = getattr(told, "ipv4_mapped", None) or told
    return any(plain in network for network in networks)


def _is_confirmable(network: Network) -> bool:
    """None as wide as a country, and none with addresses of this machine's own link, where cloud metadata lives."""
    narrow = network.prefixlen >= (8 if network.version == 4 else 32)
    return narrow and not (network.is_link_local or network.is_multicast or network.network_address.is_unspecified)


def _check_url(rules: SourceRules) -> None:
    try:
        parts = urlsplit(rules.url)
        port = parts.port
    except ValueError:
        raise SourceError("url") from None
    host = parts.hostname or ""
    plain = not (parts.username or parts.password or parts.query or parts.fragment or "?" in rules.url)
    if parts.scheme not in ("http", "https") or not plain or port == 0 or len(rules.url) > 500 or "@" in parts.netloc:
        raise SourceError("url")
    if not _HOST.fullmatch(host):
        raise SourceError("url")
    segments = rules.path.removeprefix("/").split("/")
    if rules.path != "/" and not all(_SEGMENT.fullmatch(part) and part not in (".", "..") for part in segments):
        raise SourceError("url")
    wanted = [part[1:-1] for part in segments if part.startswith("{")]
    placed = [name for name, parameter in rules.parameters.items() if parameter.place == "path"]
    placed += [SUBJECT] if rules.subject is not None and rules.subject.place == "path" else []
    if sorted(wanted) != sorted(placed):
        raise SourceError("url")


def _check_ca(rules: SourceRules) -> None:
    """Certificates alone: a private key that was pasted along would lie open in the rules."""
    if not rules.ca:
        return
    if not rules.is_tls or not rules.ca.isascii() or "PRIVATE KEY" in rules.ca:
        raise SourceError("ca")
    try:
        x509.load_pem_x509_certificates(rules.ca.encode())
    except ValueError:
        raise SourceError("ca") from None


def _check_places(rules: SourceRules) -> None:
    subject = rules.subject
    if subject is not None and subject.place in ("path", "query") and not subject.logged:
        raise SourceError("subject.logged")
    taken = [(parameter.place, parameter.name or name) for name, parameter in rules.parameters.items()]
    if subject is not None:
        taken.append((subject.place, subject.name))
    if rules.secret_header:
        taken.append(("header", rules.secret_header))
    if rules.method == "GET" and any(place == "body" for place, _ in taken):
        raise SourceError("method")
    folded = [(place, name.lower() if place == "header" else name) for place, name in taken]
    for place, name in folded:
        if not _AT_SOURCE.fullmatch(name) or (place == "header" and (name in _NOT_OURS or "." in name)):
            raise SourceError("name")
    if len(set(folded)) != len(folded):
        raise SourceError("name")


def _check_parameter(name: str, parameter: Parameter) -> None:
    place = f"parameters.{name}"
    if not _NAME.fullmatch(name) or name == SUBJECT:
        raise SourceError(place)
    if parameter.place in ("path", "header") and parameter.form not in _IN_PATH:
        raise SourceError(place)
    if parameter.place == "path" and not parameter.required:
        raise SourceError(place)
    if bool(parameter.choices) != (parameter.form == "choice"):
        raise SourceError(place)
    if parameter.form != "integer" and (parameter.least is not None or parameter.most is not None):
        raise SourceError(place)


def _check_fields(rules: SourceRules) -> None:
    if not rules.fields or len(rules.parameters) > 20:
        raise SourceError("fields")
    for name, field in rules.fields.items():
        if not _NAME.fullmatch(name) or not _POINTER.fullmatch(field.pointer) or not field.pointer:
            raise SourceError(f"fields.{name}")
    pointers: Mapping[str, str | None] = {"absent.pointer": rules.absent.pointer, "echo": rules.echo}
    for place, pointer in pointers.items():
        if pointer is not None and not _POINTER.fullmatch(pointer):
            raise SourceError(place)
    if rules.echo is not None and rules.subject is None:
        raise SourceError("echo")
