"""Keys of a system: a new one takes over while the old serves on; each ends in time, and nobody is taken unawares."""

from base64 import b64decode, b64encode, urlsafe_b64encode
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.db import IntegrityError, connection, transaction

from haihe.base.accounts.api import NotPermitted
from haihe.base.keys.api import keyring
from haihe.base.notices import api as notices
from haihe.data.sharing import operations
from haihe.data.sharing.adapters.gateway import platform_credentials
from haihe.data.sharing.errors import InputRefused, NotFound, NotNow
from haihe.data.sharing.models import Client, ClientKey, KeyKind
from haihe.data.sharing.operations import IssuedSecret
from haihe.data.sharing.operations.client_keys import LIFE, MOST_KEYS, USUAL_OVERLAP_DAYS
from haihe.data.sharing.public_keys import read_public_key
from haihe.data.sharing.queries.keys import ending_keys, keys_of
from haihe.data.sharing.testing import NOW, cast_actor
from haihe.data.sharing.tests.test_clients_and_their_secrets import STEWARD, register, secret_kept

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PEM = PRIVATE.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
RAW = PRIVATE.public_key().public_bytes_raw()


def rotate(overlap_days: int = USUAL_OVERLAP_DAYS, *, now: object = NOW, public_key: str = "") -> IssuedSecret:
    return operations.rotate_key(
        actor=cast_actor(STEWARD),
        client_id="gjj-core",
        now=now,  # type: ignore[arg-type]  # a moment
        overlap_days=overlap_days,
        public_key=public_key,
    )


def end(key_id: str, *, username: str = STEWARD) -> None:
    operations.end_key(actor=cast_actor(username), client_id="gjj-core", key_id=key_id, now=NOW)


def at_the_gateway() -> list[tuple[str, str]]:
    """Return key ids and kinds as the gateway reads them, newest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT key_id, kind FROM gateway_client_key ORDER BY made_at DESC, key_id")
        return list(cursor.fetchall())


def in_force(now: object) -> set[str]:
    return {key.key_id for key in ClientKey.objects.all() if key.in_force(now)}  # type: ignore[arg-type]  # a moment


def told(username: str = STEWARD, *, now: object = NOW) -> list[str]:
    actor = cast_actor(username)
    rows = notices.notices_of(actor, now=now)  # type: ignore[arg-type]  # a moment
    return [notice.text for notice in notices.told(rows, actor=actor) if "密钥" in notice.text]


@pytest.mark.parametrize("overlap", [1, USUAL_OVERLAP_DAYS, 30])
def test_the_old_key_serves_on_for_as_long_as_the_steward_says(overlap: int) -> None:
    old, later = register(), NOW + DAY
    new = rotate(overlap, now=later)
    almost, over = later + overlap * DAY - timedelta(seconds=1), later + overlap * DAY
    assert in_force(later) == in_force(almost) == {old.key_id, new.key_id}
    assert in_force(over) == {new.key_id}
    assert [key for key, _ in at_the_gateway()] == [new.key_id, old.key_id]
    assert b64decode(new.secret) == secret_kept() != b64decode(old.secret)


def test_without_overlap_the_old_key_ends_at_once() -> None:
    old = register()
    new = rotate(0)
    assert in_force(NOW) == {new.key_id}
    assert at_the_gateway() == [(new.key_id, "HMAC")]
    assert old.key_id != new.key_id


@pytest.mark.parametrize("overlap", [-1, 31, 10_000])
def test_no_overlap_lasts_for_ever(overlap: int) -> None:
    register()
    with pytest.raises(InputRefused):
        rotate(overlap)


def test_an_overlap_never_makes_an_old_key_live_longer() -> None:
    old = register()
    late = NOW + LIFE - DAY
    rotate(30, now=late)
    assert ClientKey.objects.get(key_id=old.key_id).expires_at == NOW + LIFE


def test_at_most_three_serve_at_once_and_whoever_ends_one_may_go_on() -> None:
    first = register()
    for _ in range(MOST_KEYS - 1):
        rotate()
    with pytest.raises(InputRefused):
        rotate()
    end(first.key_id)
    rotate()
    assert len(in_force(NOW)) == MOST_KEYS


def test_an_ended_key_is_gone_and_the_newest_left_is_what_older_programs_use() -> None:
    old = register()
    new = rotate()
    end(new.key_id)
    assert at_the_gateway() == [(old.key_id, "HMAC")]
    assert secret_kept() == b64decode(old.secret)
    with pytest.raises(NotNow):
        end(new.key_id)
    with pytest.raises(NotFound):
        end("k0")
    end(old.key_id)
    assert at_the_gateway() == []
    assert bytes(Client.objects.get().sealed_secret) == b""


def test_the_authority_may_end_a_key_and_make_none() -> None:
    issued = register()
    with pytest.raises(NotPermitted):
        operations.rotate_key(actor=cast_actor("operator"), client_id="gjj-core", now=NOW)
    end(issued.key_id, username="operator")
    assert in_force(NOW) == set()
    assert [event.name for event in Client.objects.get().events.all()] == ["register_client", "end_key"]


@pytest.mark.parametrize("username", ["steward_mzj", "outsider", "liu", "clerk_gjj"])
def test_others_know_of_no_keys(username: str) -> None:
    issued = register()
    with pytest.raises(NotFound):
        end(issued.key_id, username=username)
    assert ending_keys(cast_actor(username), now=NOW + LIFE - DAY) == []


def test_a_public_key_takes_over_and_no_secret_is_shown() -> None:
    register()
    issued = rotate(public_key=PEM, now=NOW + DAY)
    assert issued.secret == ""
    assert at_the_gateway()[0] == (issued.key_id, "ED25519")
    assert bytes(ClientKey.objects.get(key_id=issued.key_id).public_key or b"") == RAW
    with pytest.raises(InputRefused):
        rotate(public_key=PEM)


def test_a_system_may_begin_with_its_own_public_key() -> None:
    issued = operations.register_client(
        actor=cast_actor(STEWARD), organisation="120040", client_id="gjj-own", title="核心", now=NOW, public_key=PEM
    )
    assert issued.secret == ""
    assert at_the_gateway() == [(issued.key_id, "ED25519")]
    with pytest.raises(InputRefused):
        operations.register_client(
            actor=cast_actor(STEWARD),
            organisation="120040",
            client_id="gjj-platform",
            title="平台",
            now=NOW,
            is_platform=True,
            public_key=PEM,
        )


@pytest.mark.parametrize(
    "text",
    [
        PEM,
        b64encode(RAW).decode(),
        urlsafe_b64encode(RAW).decode().rstrip("="),
        f'{{"kty":"OKP","crv":"Ed25519","x":"{urlsafe_b64encode(RAW).decode().rstrip("=")}"}}',
    ],
)
def test_a_public_key_is_read_in_the_forms_that_people_have_it_in(text: str) -> None:
    assert read_public_key(f"  {text}\n") == RAW


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "A" * 43,
        "{}",
        "{",
        '{"kty":"EC","crv":"P-256","x":"x"}',
        b64encode(RAW[:-1]).decode(),
        "-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----",
        PRIVATE.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        X25519PrivateKey.from_private_bytes(bytes(32))
        .public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        .decode(),
        "A" * 5000,
    ],
)
def test_what_is_no_public_key_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(InputRefused):
        read_public_key(text)


def test_the_steward_is_warned_four_times_and_each_time_once() -> None:
    register()
    for days in (61, 60, 45, 30, 8, 7, 2, 1, 0):
        for _ in range(2):
            operations.watch_keys(now=NOW + LIFE - days * DAY)
    heard = told(now=NOW + LIFE)
    assert "已到期" in heard[0]
    assert [text.partition("将在 ")[2].partition(" ")[0] for text in heard[1:]] == ["1", "7", "30", "60"]
    assert told("steward_mzj", now=NOW + LIFE) == []


def test_whoever_has_a_new_key_is_not_warned_of_the_old_one() -> None:
    register()
    rotate(30, now=NOW + LIFE - 70 * DAY)
    operations.watch_keys(now=NOW + LIFE - 45 * DAY)
    assert told(now=NOW + LIFE) == []


def test_an_old_key_beside_a_new_one_presses_nobody() -> None:
    old = register()
    new = rotate(6)
    infos = {key.row.key_id: key for key in keys_of(Client.objects.get(), now=NOW)}
    assert (infos[old.key_id].days, infos[old.key_id].taken_over, infos[old.key_id].is_pressing) == (6, True, False)
    assert not infos[new.key_id].taken_over


def test_the_authority_sees_whose_keys_run_out() -> None:
    issued = register()
    assert ending_keys(cast_actor("operator"), now=NOW) == []
    (found,) = ending_keys(cast_actor("operator"), now=NOW + LIFE - 20 * DAY)
    assert (found.row.key_id, found.days, found.is_pressing) == (issued.key_id, 20, True)


def test_the_platforms_own_keys_renew_themselves() -> None:
    old = register(is_platform=True)
    soon = NOW + LIFE - 29 * DAY
    operations.watch_keys(now=soon)
    new = ClientKey.objects.first()
    assert new is not None
    assert new.key_id != old.key_id
    assert in_force(soon) == {old.key_id, new.key_id}
    credentials = platform_credentials("120040")
    assert credentials is not None
    assert bytes(new.sealed_secret or b"") == bytes(Client.objects.get().sealed_secret)
    assert told(now=soon) == []
    assert Client.objects.get().events.last().part == "SYSTEM"  # type: ignore[union-attr]  # there is one
    operations.watch_keys(now=soon)
    assert ClientKey.objects.count() == 2


def test_what_is_long_over_is_put_away() -> None:
    issued = register()
    operations.watch_keys(now=NOW + LIFE + 31 * DAY)
    assert ClientKey.objects.get(key_id=issued.key_id).ended_at is not None
    assert at_the_gateway() == []


def test_a_page_says_when_each_key_was_last_used() -> None:
    issued = register()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO gateway_key_use VALUES (%s, %s, %s)", ["gjj-core", issued.key_id, NOW])
    rotate()
    assert [key.used_at for key in keys_of(Client.objects.get(), now=NOW)] == [None, NOW]


def test_a_program_of_the_version_before_makes_a_key_that_counts_and_ends_those_before() -> None:
    """It knows `sharing_client.sealed_secret` only, and promises that the old secret ends at once."""
    register()
    sealed = keyring().seal(b"n" * 32, context="client-secret:gjj-core")
    Client.objects.update(sealed_secret=sealed, secret_made_at=NOW + DAY)
    assert at_the_gateway() == [("", "HMAC")]
    assert in_force(NOW + 2 * DAY) == set()
    new = rotate(now=NOW + 2 * DAY)
    adopted = ClientKey.objects.get(sealed_secret=sealed)
    assert in_force(NOW + 3 * DAY) == {adopted.key_id, new.key_id}


def test_one_made_by_a_program_of_the_version_before_serves() -> None:
    sealed = keyring().seal(b"n" * 32, context="client-secret:gjj-old")
    Client.objects.create(
        client_id="gjj-old", organisation="120040", title="旧", sealed_secret=sealed, created_at=NOW, secret_made_at=NOW
    )
    assert at_the_gateway() == [("", "HMAC")]


def test_a_key_holds_what_its_kind_needs() -> None:
    register()
    key = ClientKey.objects.get()
    for changes in ({"kind": KeyKind.ED25519}, {"expires_at": NOW}, {"key_id": "K:1"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ClientKey.objects.filter(pk=key.pk).update(**changes)
