"""From rows of the policy views to a policy. A row that makes no sense is left out and named in the log."""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from psycopg.sql import SQL, Identifier

from haihe.gateway.claims import ClaimError, Predicate, compile_claim
from haihe.gateway.policy import (
    PROXY,
    VERIFY,
    About,
    Client,
    ClientKey,
    Grant,
    IndexRow,
    Maintenance,
    Policy,
    Service,
    Source,
)
from haihe.kernel.keyring import Keyring, KeyringError
from haihe.kernel.mac import Mac
from haihe.kernel.mask_rules import Mask, MaskError, compile_mask
from haihe.kernel.source_rules import SourceError, read_networks, read_rules

type Row = Mapping[str, Any]
type Rows = Mapping[str, Sequence[Row]]
"""Rows by view."""

QUERIES = {
    "gateway_client": "SELECT client_id, organisation FROM gateway_client WHERE enabled",
    "gateway_client_key": "SELECT client_id, key_id, kind, sealed_secret, public_key, "
    "extract(epoch FROM not_before)::float8 AS not_before, extract(epoch FROM expires_at)::float8 AS expires_at "
    "FROM gateway_client_key ORDER BY made_at DESC, key_id",
    "gateway_service": "SELECT slug, upper(kind) AS kind, resource, owner, default_claim, claims, fields, max_age_s, "
    "source, source_networks, sealed_source_secret "
    "FROM gateway_service WHERE enabled AND upper(kind) IN ('VERIFY', 'QUERY', 'PROXY', 'SUBSCRIBE')",
    "gateway_grant": "SELECT id::text, organisation, service, claims, fields, purposes, legal_basis, "
    "extract(epoch FROM valid_from)::float8 AS valid_from, extract(epoch FROM valid_until)::float8 AS valid_until, "
    "quota_per_day, status, last_good_s, rate_per_s FROM gateway_grant",
    "gateway_index": "SELECT resource, snapshot, path FROM gateway_index",
    "gateway_about": "SELECT slug, title, summary, titles, fields FROM gateway_about",
    "gateway_member": "SELECT organisation, name FROM gateway_member",
    "gateway_maintenance": "SELECT owner, service, extract(epoch FROM valid_from)::float8 AS valid_from, "
    "extract(epoch FROM valid_until)::float8 AS valid_until, reason, serves_on FROM gateway_maintenance",
}
FINGERPRINT = SQL("SELECT {}").format(
    SQL(", ").join(
        SQL("(SELECT md5(string_agg(v::text, '|' ORDER BY v::text)) FROM {0} v) AS {0}").format(Identifier(view))
        for view in QUERIES
    )
)
"""One row that changes whenever any of the views does; cheap to ask for again and again."""

ED25519 = "ED25519"
"""The kind of key of which only the public half is kept; all others are sealed secrets."""
_log = logging.getLogger("haihe.gateway")


@dataclass(slots=True)
class PolicyReader:
    """Turns rows to policies. Unsealed secrets are kept: unsealing thousands at each change would be felt."""

    keyring: Keyring
    _secrets: dict[tuple[str, bytes], Mac] = field(default_factory=dict)

    def read(self, rows: Rows) -> Policy:
        keys: defaultdict[str, list[ClientKey]] = defaultdict(list)
        for row in rows["gateway_client_key"]:
            if key := self._key(row):
                keys[row["client_id"]].append(key)
        return Policy.of(
            clients=[
                Client(row["client_id"], row["organisation"], tuple(keys[row["client_id"]]))
                for row in rows["gateway_client"]
                if row["client_id"] in keys
            ],
            services=[self._service(row) for row in rows["gateway_service"]],
            grants=[_grant(row) for row in rows["gateway_grant"]],
            indexes=[IndexRow(row["resource"], row["snapshot"], row["path"]) for row in rows["gateway_index"]],
            about={row["slug"]: _about(row) for row in rows["gateway_about"]},
            members={row["organisation"]: row["name"] for row in rows["gateway_member"]},
            maintenance=[Maintenance(**row) for row in rows["gateway_maintenance"]],
        )

    def _key(self, row: Row) -> ClientKey | None:
        key = self._public(row) if row["kind"] == ED25519 else self._secret(row)
        if key is None:
            return None
        return ClientKey((row["client_id"], row["key_id"]), key, row["not_before"], row["expires_at"])

    @staticmethod
    def _public(row: Row) -> Ed25519PublicKey | None:
        try:
            return Ed25519PublicKey.from_public_bytes(bytes(row["public_key"]))
        except ValueError:
            _log.error("key %s of client %s is left out: it is no Ed25519 key", row["key_id"], row["client_id"])
            return None

    def _secret(self, row: Row) -> Mac | None:
        client_id, sealed = row["client_id"], bytes(row["sealed_secret"])
        secret = self._secrets.get((client_id, sealed))
        if secret is None:
            try:
                secret = Mac(self.keyring.open(sealed, context=f"client-secret:{client_id}"))
            except KeyringError as damage:
                _log.error("a key of client %s is left out: its secret doesn't open: %s", client_id, damage)
                return None
            self._secrets[client_id, sealed] = secret
        return secret

    def _service(self, row: Row) -> Service:
        slug, verifies = row["slug"], row["kind"] == VERIFY
        return Service(
            slug,
            row["resource"],
            row["owner"],
            row["default_claim"],
            {name: _claim(slug, name, claim) for name, claim in dict(row["claims"]).items()} if verifies else {},
            row["max_age_s"],
            row["kind"],
            {} if verifies else {name: _mask(slug, name, rule) for name, rule in dict(row["fields"]).items()},
            self._source(row) if row["kind"] == PROXY else None,
        )

    def _source(self, row: Row) -> Source | None:
        """Read the source; one that makes no sense can't be asked, and the service says that it is unavailable."""
        slug, sealed = row["slug"], row["sealed_source_secret"]
        try:
            rules, networks = read_rules(row["source"]), read_networks(row["source_networks"] or ())
            secret = self.keyring.open(bytes(sealed), context=f"source-secret:{slug}").decode() if sealed else None
        except (SourceError, KeyringError, UnicodeDecodeError) as fault:
            _log.error("the source of service %s can't be asked: %s", slug, fault)
            return None
        digest = blake2b(msgspec.json.encode([row["source"], row["fields"]], order="sorted"), digest_size=16).digest()
        return Source(rules, networks, digest, secret)


def _about(row: Row) -> About:
    return About(row["title"], row["summary"], dict(row["titles"]), dict(row["fields"]))


def _claim(service: str, name: str, claim: object) -> Predicate | None:
    try:
        return compile_claim(claim)
    except ClaimError as fault:
        _log.error("claim %s of service %s can't be asked: %s", name, service, fault)
        return None


def _mask(service: str, name: str, rule: object) -> Mask | None:
    try:
        return compile_mask(rule)
    except MaskError as fault:
        _log.error("field %s of service %s can't be asked: %s", name, service, fault)
        return None


def _grant(row: Row) -> Grant:
    return Grant(
        id=row["id"],
        organisation=row["organisation"],
        service=row["service"],
        claims=frozenset(row["claims"]),
        purposes=frozenset(row["purposes"]),
        legal_basis=row["legal_basis"],
        valid_from=row["valid_from"],
        valid_until=row["valid_until"],
        quota_per_day=row["quota_per_day"],
        status=row["status"],
        fields=frozenset(row["fields"]),
        last_good_s=row["last_good_s"],
        rate_per_s=row["rate_per_s"],
    )
