"""A system's secret is shown once, sealed from then on, and its own department decides on it."""

from base64 import b64decode

import pytest
from django.db import IntegrityError, transaction

from haihe.base.accounts.api import NotPermitted
from haihe.base.keys.api import keyring
from haihe.data.sharing import operations
from haihe.data.sharing.adapters.gateway import platform_credentials
from haihe.data.sharing.errors import InputRefused, NotFound, NotNow
from haihe.data.sharing.models import Client
from haihe.data.sharing.operations import IssuedSecret
from haihe.data.sharing.testing import NOW, cast_actor

pytestmark = pytest.mark.django_db
STEWARD = "steward_gjj"


def register(client_id: str = "gjj-core", *, username: str = STEWARD, is_platform: bool = False) -> IssuedSecret:
    return operations.register_client(
        actor=cast_actor(username),
        organisation="120040",
        client_id=client_id,
        title="公积金核心系统",
        now=NOW,
        is_platform=is_platform,
    )


def secret_kept(client_id: str = "gjj-core") -> bytes:
    row = Client.objects.get(client_id=client_id)
    return keyring().open(bytes(row.sealed_secret), context=f"client-secret:{client_id}")


def test_the_secret_is_what_is_kept_and_nothing_shows_it_again() -> None:
    issued = register()
    assert b64decode(issued.secret) == secret_kept()
    assert len(secret_kept()) == 32
    assert issued.secret not in repr(issued)


def test_disabled_and_enabled_again() -> None:
    register(is_platform=True)
    assert platform_credentials("120040") is not None
    operations.disable_client(actor=cast_actor(STEWARD), client_id="gjj-core", now=NOW)
    assert platform_credentials("120040") is None
    with pytest.raises(NotNow):
        operations.disable_client(actor=cast_actor(STEWARD), client_id="gjj-core", now=NOW)
    operations.enable_client(actor=cast_actor("approver_gjj"), client_id="gjj-core", now=NOW)
    names = [event.name for event in Client.objects.get().events.all()]
    assert names == ["register_client", "disable_client", "enable_client"]


def test_the_authority_may_stop_a_system_but_not_have_its_secret() -> None:
    register()
    operations.disable_client(actor=cast_actor("operator"), client_id="gjj-core", now=NOW)
    assert Client.objects.get().events.last().part == "AUTHORITY"  # type: ignore[union-attr]  # there is one
    with pytest.raises(NotPermitted):
        operations.rotate_key(actor=cast_actor("operator"), client_id="gjj-core", now=NOW)


@pytest.mark.parametrize("username", ["approver_gjj", "steward_mzj", "operator", "auditor", "liu", "clerk_gjj"])
def test_others_register_nothing(username: str) -> None:
    with pytest.raises(NotPermitted):
        register(username=username)


@pytest.mark.parametrize("username", ["steward_mzj", "approver_mzj", "outsider", "liu", "clerk_gjj"])
def test_others_do_not_know_of_it(username: str) -> None:
    register()
    for verb in (operations.rotate_key, operations.disable_client, operations.enable_client):
        with pytest.raises(NotFound):
            verb(actor=cast_actor(username), client_id="gjj-core", now=NOW)


@pytest.mark.parametrize("client_id", ["", "ab", "GJJ", "1gjj", "gjj core", "gjj/..", "g" * 49, "gjj\n"])
def test_an_id_that_cannot_stand_in_a_signature_is_refused(client_id: str) -> None:
    with pytest.raises(InputRefused):
        register(client_id)


def test_ids_and_platform_clients_are_there_once() -> None:
    register(is_platform=True)
    with pytest.raises(InputRefused):
        register()
    with pytest.raises(InputRefused):
        register("gjj-other", is_platform=True)
    register("gjj-other")
    with pytest.raises(IntegrityError, match="one_platform"), transaction.atomic():
        Client.objects.update(is_platform=True)
