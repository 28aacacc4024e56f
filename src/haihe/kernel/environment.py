"""The settings every process reads from its environment, in one place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from haihe.kernel.carrier_places import CarrierRules, SmsPlace, SmtpPlace

DEFAULT_DATA_DIR = "var/haihe"
DEFAULT_GATEWAY_URL = "http://127.0.0.1:8001"
DEFAULT_SCOREDAY_URL = "http://127.0.0.1:8004"
DEFAULT_OPENREADS_URL = "http://127.0.0.1:8005"
DEFAULT_OPEN_DATA_EMAIL = "open-data@haihe.example"
LOOPBACK = ("127.0.0.0/8", "::1")
PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/32", "fd00::/32")


_GIGABYTE = 1024**3


@dataclass(frozen=True, slots=True)
class BucketPlace:
    """A bucket of an S3-compatible store that keeps the lake's files; the data directory is the cache before it.

    `bucket` is its name, with a prefix behind a slash where it has one. Without keys the machine's own role or the
    usual AWS variables hold. Snapshots that weren't read lately leave the cache beyond `cache_bytes`.
    """

    bucket: str
    endpoint: str
    region: str
    access_key: str
    secret_key: str = field(repr=False)
    ca_file: str
    cache_bytes: int
    patience_s: float

    @classmethod
    def from_mapping(cls, env: Mapping[str, str]) -> "BucketPlace | None":
        """Return the place, None where no bucket is named."""
        if not (bucket := env.get("HAIHE_LAKE_BUCKET", "").strip("/")):
            return None
        return cls(
            bucket=bucket,
            endpoint=env.get("HAIHE_LAKE_ENDPOINT", "").rstrip("/"),
            region=env.get("HAIHE_LAKE_REGION", "us-east-1"),
            access_key=env.get("HAIHE_LAKE_ACCESS_KEY", ""),
            secret_key=env.get("HAIHE_LAKE_SECRET_KEY", ""),
            ca_file=env.get("HAIHE_LAKE_CA_FILE", ""),
            cache_bytes=int(float(env.get("HAIHE_LAKE_CACHE_GB", "100")) * _GIGABYTE),
            patience_s=float(env.get("HAIHE_LAKE_PATIENCE_S", "60")),
        )


@dataclass(frozen=True, slots=True)
class Environment:
    """What the environment says. `haihe up` fills it for its children; an operator may set each name by hand."""

    data_dir: Path
    database_url: str
    nats_url: str
    gateway_url: str
    demo: bool
    secret_key: str
    allowed_hosts: list[str]
    behind_proxy: bool = False
    """A proxy of ours ends TLS before us: cookies are Secure, X-Forwarded-Proto and -For are believed."""
    proxies: tuple[str, ...] = ()
    """Addresses or networks of those proxies; if none are named, whoever connects to the gateway is taken for one."""
    gateway_public_url: str = DEFAULT_GATEWAY_URL
    """Where other systems find the gateway, as tokens and the OAuth metadata name it."""
    scoreday_url: str = DEFAULT_SCOREDAY_URL
    """Where everybody finds the pages of score day."""
    openreads_url: str = DEFAULT_OPENREADS_URL
    """Where everybody finds the interfaces and downloads of open data."""
    open_data_email: str = DEFAULT_OPEN_DATA_EMAIL
    """The mailbox for questions about open data, as catalogues for programs name it."""
    hub_url: str = ""
    """Where our programs find the hub for nodes; empty where there is none."""
    hub_address: str = ""
    """Where nodes find it, host:port."""
    pages_url: str = ""
    """Where this machine reaches the pages, if the demo is to ask its made-up interface there."""
    slowest_request_s: float = 30.0
    """So long a client may take to send a request before a program that faces the public hangs up."""
    metrics_peers: tuple[str, ...] = LOOPBACK
    """Addresses or networks from which the pages' figures may be read."""
    source_networks: tuple[str, ...] = PRIVATE
    """Networks in which departments' databases, servers and interfaces may lie that data is fetched from."""
    outward_networks: tuple[str, ...] = ()
    """Networks besides the internet in which addresses may lie that people type in, of catalogues or receivers."""
    outward_ports: tuple[int, ...] = (80, 443)

    spark_master: str = ""
    """The Spark on which comparisons may run, as spark://host:7077; empty: only in this city's own processes."""

    clamd: str = ""
    """Where a clamd looks for viruses in uploads: unix:/path or host:port; empty: nobody does."""

    lake_bucket: BucketPlace | None = None
    """Where the lake's files are kept beyond this machine; None: only here."""

    smtp: SmtpPlace | None = None
    sms: SmsPlace | None = None
    """Where notices leave the house; None: that way is closed."""

    carrying: CarrierRules = field(default_factory=CarrierRules)

    @classmethod
    def from_mapping(cls, env: Mapping[str, str]) -> "Environment":
        return cls(
            data_dir=Path(env.get("HAIHE_DATA_DIR", DEFAULT_DATA_DIR)),
            database_url=env.get("HAIHE_DATABASE_URL", "postgresql://haihe@/haihe"),
            nats_url=env.get("HAIHE_NATS_URL", "nats://127.0.0.1:4222"),
            gateway_url=env.get("HAIHE_GATEWAY_URL", DEFAULT_GATEWAY_URL),
            demo=env.get("HAIHE_DEMO", "0") == "1",
            secret_key=env.get("HAIHE_SECRET_KEY", "unset"),
            allowed_hosts=[h for h in env.get("HAIHE_ALLOWED_HOSTS", "").split(",") if h],
            gateway_public_url=env.get("HAIHE_GATEWAY_PUBLIC_URL", "")
            or env.get("HAIHE_GATEWAY_URL", DEFAULT_GATEWAY_URL),
            clamd=env.get("HAIHE_CLAMD", "").strip(),
            lake_bucket=BucketPlace.from_mapping(env),
            smtp=SmtpPlace.from_mapping(env),
            sms=SmsPlace.from_mapping(env),
            carrying=CarrierRules.from_mapping(env),
            spark_master=env.get("HAIHE_SPARK_MASTER", ""),
            pages_url=env.get("HAIHE_PAGES_URL", ""),
            slowest_request_s=float(env.get("HAIHE_SLOWEST_REQUEST_S", "") or 30),
            behind_proxy=env.get("HAIHE_BEHIND_PROXY", "0") == "1",
            scoreday_url=env.get("HAIHE_SCOREDAY_URL", "") or DEFAULT_SCOREDAY_URL,
            openreads_url=env.get("HAIHE_OPENREADS_PUBLIC_URL", "") or DEFAULT_OPENREADS_URL,
            open_data_email=env.get("HAIHE_OPEN_DATA_EMAIL", "") or DEFAULT_OPEN_DATA_EMAIL,
            hub_url=env.get("HAIHE_HUB_URL", ""),
            hub_address=env.get("HAIHE_HUB_ADDRESS", ""),
            source_networks=_source_networks(env),
            outward_networks=_listed(env, "HAIHE_OUTWARD_NETWORKS"),
            outward_ports=tuple(map(int, _listed(env, "HAIHE_OUTWARD_PORTS"))) or (80, 443),
            proxies=tuple(p for p in env.get("HAIHE_PROXIES", "").split(",") if p),
            metrics_peers=tuple(p for p in env.get("HAIHE_METRICS_PEERS", ",".join(LOOPBACK)).split(",") if p),
        )

    def django_database(self) -> dict[str, object]:
        """Return Django's settings for the database url; a socket folder may stand in `?host=`."""
        url = urlsplit(self.database_url)
        query = parse_qs(url.query)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(url.path.lstrip("/")),
            "USER": unquote(url.username or ""),
            "PASSWORD": unquote(url.password or ""),
            "HOST": query.get("host", [url.hostname or ""])[0],
            "PORT": str(url.port or query.get("port", [""])[0]),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }


def _listed(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in env.get(name, "").split(",") if part.strip())


def _source_networks(env: Mapping[str, str]) -> tuple[str, ...]:
    """Return what the operator named; private networks where nothing is said, and in the demo this machine too."""
    told = _listed(env, "HAIHE_SOURCE_NETWORKS")
    return told or (*PRIVATE, *(("127.0.0.0/8", "::1/128") if env.get("HAIHE_DEMO", "0") == "1" else ()))
