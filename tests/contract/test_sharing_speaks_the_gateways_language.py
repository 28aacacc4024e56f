"""What sharing's views show is what the gateway reads: real rows, through the gateway's own reader."""

import json
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.db import connection
from django.utils import timezone
from psycopg.rows import dict_row
from psycopg.types.json import JsonbLoader

from haihe.base.keys.api import keyring
from haihe.base.outbox.testing import deliver_all
from haihe.data.catalogue import api as catalogue
from haihe.data.exchange import rules
from haihe.data.sharing import operations
from haihe.data.sharing.claims import check_claims, fields_of
from haihe.data.sharing.demo.entries import PLATFORM_CLIENT, RELIEF_DETAILS, RELIEF_SCOPE, RELIEF_STATUS, RENT_SUBSIDY
from haihe.data.sharing.models import Grant, Maintenance, Service
from haihe.data.sharing.testing import NOW, RELIEF_LIVE, application, cast_actor, granted, open_relief_status
from haihe.gateway.claims import compile_claim
from haihe.gateway.maintenance import running
from haihe.gateway.policy import Policy
from haihe.gateway.policy_rows import FINGERPRINT, QUERIES, PolicyReader
from haihe.kernel.mac import Mac

pytestmark = pytest.mark.django_db
AT = NOW.timestamp() + 60


def policy() -> Policy:
    with psycopg.ClientCursor(connection.connection, row_factory=dict_row) as cursor:
        # Django hands JSON through as text; the gateway's connection doesn't.
        cursor.adapters.register_loader("jsonb", JsonbLoader)
        cursor.execute(FINGERPRINT)
        rows = {view: cursor.execute(query).fetchall() for view, query in QUERIES.items()}
    return PolicyReader(keyring()).read(rows)


def register_client() -> operations.IssuedSecret:
    return operations.register_client(
        actor=cast_actor("steward_gjj"), organisation="120040", client_id=PLATFORM_CLIENT, title="平台", now=NOW
    )


def test_a_grant_given_by_both_offices_is_in_force_at_the_gateway() -> None:
    grant_id = granted()
    register_client()
    read = policy()
    assert read.clients[PLATFORM_CLIENT].organisation == "120040"
    (key,) = read.clients[PLATFORM_CLIENT].keys
    assert key.in_force(AT)
    assert not key.in_force(AT + 366 * 86_400)
    assert read.services["relief-status"].owner == "120012"
    (grant,) = read.grants["120040", "relief-status"]
    assert grant.id == str(grant_id)
    assert grant.in_force(AT)
    assert (set(grant.claims), set(grant.purposes)) == ({"on_relief"}, {"HOUSING_FUND_WITHDRAWAL"})
    assert (grant.quota_per_day, grant.rate_per_s) == (20_000, 50)


def test_a_query_service_and_its_grant_are_read_with_fields_and_masks() -> None:
    open_relief_status()
    operations.open_service(actor=cast_actor("steward_mzj"), service=RELIEF_DETAILS, now=NOW)
    request_id = operations.request_sharing(actor=cast_actor("steward_gjj"), application=RENT_SUBSIDY, now=NOW)
    for username, name in (("approver_gjj", "approve_by_office"), ("approver_mzj", "approve")):
        operations.move_request(actor=cast_actor(username), request_id=request_id, name=name, now=NOW)
    read = policy()
    service, (grant,) = read.services["relief-details"], read.grants["120040", "relief-details"]
    assert (service.kind, dict(service.claims)) == ("QUERY", {})
    mask = service.masks["monthly_amount_yuan"]
    assert mask is not None
    assert mask("1010.00") == "1000..1500"
    assert grant.fields == {"relief_type", "household_size", "monthly_amount_yuan"}
    assert not grant.claims
    indexed = {column.field for column in rules.rules_of(RELIEF_DETAILS.resource).columns if column.indexed}
    assert set(service.masks) <= indexed


def test_services_are_described_in_the_words_that_their_owner_gave_them() -> None:
    granted()
    register_client()
    operations.open_service(actor=cast_actor("steward_mzj"), service=RELIEF_DETAILS, now=NOW)
    read = policy()
    verify, query = read.about["relief-status"], read.about["relief-details"]
    assert (verify.title, verify.summary) == (RELIEF_STATUS.title, RELIEF_STATUS.summary)
    assert dict(verify.titles) == RELIEF_STATUS.claim_titles
    assert query.rules["monthly_amount_yuan"] == RELIEF_DETAILS.fields["monthly_amount_yuan"]
    assert query.titles.keys() == query.rules.keys()
    assert set(read.members) == {"120012", "120040"}


def test_what_is_stopped_here_is_stopped_there() -> None:
    grant_id = granted()
    register_client()
    operations.disable_client(actor=cast_actor("steward_gjj"), client_id=PLATFORM_CLIENT, now=NOW)
    operations.terminate_grant(actor=cast_actor("approver_mzj"), grant_id=grant_id, reason="目的已实现", now=NOW)
    operations.stop_at_once(
        actor=cast_actor("approver_mzj"), slug="relief-status", reason="系统故障", token=uuid4(), now=NOW
    )
    read = policy()
    assert PLATFORM_CLIENT not in read.clients
    assert "relief-status" not in read.services
    assert [grant.in_force(AT) for grant in read.grants["120040", "relief-status"]] == [False]


def test_an_expired_grant_is_over_and_not_suspended() -> None:
    granted()
    until = Grant.objects.get().valid_until
    operations.expire_grants(now=until)
    (grant,) = policy().grants["120040", "relief-status"]
    assert grant.status == "ACTIVE"
    assert not grant.in_force(until.timestamp())


def test_the_demos_claims_mean_something_there_and_are_in_the_index() -> None:
    open_relief_status()
    indexed = {column.field for column in rules.rules_of(RELIEF_STATUS.resource).columns if column.indexed}
    for name, claim in RELIEF_STATUS.claims.items():
        predicate = compile_claim(json.loads(json.dumps(claim)))
        row = {"relief_type": "最低生活保障", "status": "在保", "valid_from": "2026-01-01", "valid_until": "2026-12-31"}
        assert predicate(row, "2026-11-23") is (name == "on_relief")
        assert predicate(row | {"valid_until": "2026-11-22"}, "2026-11-23") is False
        assert predicate(row | {"relief_type": "特困供养"}, "2026-11-23") is (name == "extreme_hardship")
        assert fields_of(claim) <= indexed


def test_the_demos_thresholds_are_answered_from_what_the_exchange_stores() -> None:
    indexed = {column.field for column in rules.rules_of(RELIEF_SCOPE.resource).columns if column.indexed}
    row: dict[str, str | int | None] = {"relief_type": "低收入家庭", "status": "在保"}
    row |= {"valid_from": "2026-01-01", "valid_until": "2026-12-31"}
    row |= {"household_size": 2, "monthly_amount_yuan": "999.50"}
    told = {name: compile_claim(claim)(row, "2026-11-23") for name, claim in RELIEF_SCOPE.claims.items()}
    assert told == {"on_any_relief": True, "household_of_three_or_more": False, "amount_below_1000": True}
    assert set().union(*map(fields_of, RELIEF_SCOPE.claims.values())) <= indexed


@pytest.mark.parametrize(
    "claim",
    [
        {"field": "status", "op": "in", "value": ["在保", "停保"]},
        {"any": [{"all": [{"field": "household_size", "op": "ge", "value": 3}]}]},
        {"field": "valid_until", "op": "ne", "value": "2026-12-31"},
    ],
)
def test_what_sharing_accepts_the_gateway_compiles(claim: dict[str, object]) -> None:
    open_relief_status()
    entry = catalogue.resource(RELIEF_STATUS.resource)
    assert entry is not None
    check_claims({"a_claim": claim}, items={item.name: item for item in entry.items})
    assert callable(compile_claim(claim))


def test_keys_of_both_kinds_are_read_newest_first() -> None:
    register_client()
    private = Ed25519PrivateKey.generate()
    pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    steward = cast_actor("steward_gjj")
    new = operations.rotate_key(
        actor=steward, client_id=PLATFORM_CLIENT, now=NOW + timedelta(days=1), public_key=pem, overlap_days=7
    )
    public, secret = policy().clients[PLATFORM_CLIENT].keys
    assert public.name == (PLATFORM_CLIENT, new.key_id)
    assert isinstance(public.key, Ed25519PublicKey)
    assert public.key.public_bytes_raw() == private.public_key().public_bytes_raw()
    assert isinstance(secret.key, Mac)
    assert secret.expires_at == (NOW + timedelta(days=8)).timestamp()


@pytest.mark.django_db(transaction=True)
def test_each_change_is_heard() -> None:
    with psycopg.connect(settings.HAIHE.database_url, autocommit=True) as listener:
        listener.execute("LISTEN haihe_policy")
        granted()
        register_client()
        heard = {note.payload for note in listener.notifies(timeout=1.0)}
    assert heard == {"sharing_client", "sharing_clientkey", "sharing_service", "sharing_grant"}


def test_a_departments_interface_is_read_with_its_rules_networks_and_secret() -> None:
    open_relief_status()
    operations.open_service(actor=cast_actor("steward_mzj"), service=RELIEF_LIVE, now=NOW)
    assert RELIEF_LIVE.slug not in policy().services
    operations.confirm_source(actor=cast_actor("operator"), slug=RELIEF_LIVE.slug, networks=["10.12.3.0/24"], now=NOW)
    asked = application(service=RELIEF_LIVE.slug, claims=(), fields=("relief_type",), last_good_s=3600)
    request_id = operations.request_sharing(actor=cast_actor("steward_gjj"), application=asked, now=NOW)
    for username, name in (("approver_gjj", "approve_by_office"), ("approver_mzj", "approve")):
        operations.move_request(actor=cast_actor(username), request_id=request_id, name=name, now=NOW)
    read = policy()
    service, source = read.services[RELIEF_LIVE.slug], read.services[RELIEF_LIVE.slug].source
    assert source is not None
    assert (service.kind, source.rules.host, source.secret) == ("PROXY", "relief.mzj.example", "the-departments-secret")
    assert [str(network) for network in source.networks] == ["10.12.3.0/24"]
    assert "the-departments-secret" not in repr(service)
    (grant,) = read.grants["120040", RELIEF_LIVE.slug]
    assert grant.fields == {"relief_type"}
    assert grant.last_good_s == 3600


def test_a_subscription_is_read_with_its_fields_and_masks() -> None:
    open_relief_status()
    changes = replace(RELIEF_DETAILS, slug="relief-changes", subscribes=True)
    operations.open_service(actor=cast_actor("steward_mzj"), service=changes, now=NOW)
    service = policy().services["relief-changes"]
    assert (service.kind, service.source, dict(service.claims)) == ("SUBSCRIBE", None, {})
    assert service.masks.keys() == RELIEF_DETAILS.fields.keys()


def test_services_of_a_retired_entry_are_no_longer_known_there() -> None:
    granted()
    authority = cast_actor("operator")
    catalogue.move_resource(actor=authority, code="120012/000001", name="retire", now=NOW, words="职能划出")
    assert "relief-status" in policy().services
    deliver_all()
    assert policy().services == {}


@pytest.mark.parametrize("of_one_service", [True, False])
def test_announced_maintenance_keeps_there_what_it_is_of(of_one_service: bool) -> None:
    open_relief_status()
    start = timezone.now().replace(microsecond=0) + timedelta(minutes=5)
    made = Maintenance.objects.create(
        token=uuid4(),
        owner="120012",
        service=Service.objects.get(slug="relief-status") if of_one_service else None,
        starts_at=start,
        ends_at=start + timedelta(hours=2),
        reason="系统升级",
        announced_by=uuid4(),
        announced_name="x",
        announced_at=NOW,
    )
    read = policy()
    service, at = read.services["relief-status"], start.timestamp()
    told = [running(service, read, now=at + seconds) is not None for seconds in (-0.1, 0, 7199.9, 7200)]
    assert told == [False, True, True, False]
    made.ended_at, made.ended_by, made.ended_name = start, uuid4(), "x"
    made.save()
    assert policy().maintenance == {}
