"""Developers and their keys: registered with a purpose, shown once, renewed, changed, ended; each sees their own."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from haihe.base.accounts.api import NotPermitted
from haihe.data.open import operations
from haihe.data.open.errors import InputRefused, NotFound, NotNow
from haihe.data.open.models import AccessKey, Developer, KeyUsage
from haihe.data.open.operations import NewDeveloper
from haihe.data.open.operations.keys import LIFE, MOST_KEYS, OVERLAP, hash_of
from haihe.data.open.tests.conftest import NOW
from haihe.data.open.tests.test_opening_a_dataset import person
from haihe.data.open.tests.test_pages import address, browser, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lake")]
STUDENT = NewDeveloper(kind="PERSON", use="RESEARCH", purpose="研究社区食堂的分布")
COMPANY = NewDeveloper(
    kind="ORGANISATION",
    organisation="海河数据服务有限公司",
    credit_code="91120000MA05A0A01U",
    use="PRODUCT",
    purpose="养老服务选址",
    is_authorised=True,
)


@pytest.fixture
def liu() -> Developer:
    return operations.register(actor=person("liu"), new=STUDENT, now=NOW)


def known_to_openreads() -> dict[bytes, dict[str, object]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM openreads_key")
        names = [column.name for column in cursor.description or ()]
        return {bytes(row[0]): dict(zip(names, row, strict=True)) for row in cursor.fetchall()}


def test_a_person_registers_once_and_says_what_for(liu: Developer) -> None:
    assert (liu.holder, liu.events.get().name) == ("刘志远", "register")
    with pytest.raises(NotNow):
        operations.register(actor=person("liu"), new=STUDENT, now=NOW)
    for wrong in (NewDeveloper(kind="PERSON", use="RESEARCH"), NewDeveloper(kind="PERSON", use="X", purpose="y")):
        with pytest.raises(InputRefused):
            operations.register(actor=person("zhang"), new=wrong, now=NOW)
    for username in ("steward_mzj", "operator"):
        with pytest.raises(NotPermitted):
            operations.register(actor=person(username), new=STUDENT, now=NOW)


def test_a_body_is_named_with_its_code_by_somebody_it_authorised() -> None:
    for name, value in (("credit_code", "91120000MA05A0A013"), ("is_authorised", False), ("organisation", "")):
        told = {field: getattr(COMPANY, field) for field in NewDeveloper.__dataclass_fields__} | {name: value}
        with pytest.raises(InputRefused):
            operations.register(actor=person("zhang"), new=NewDeveloper(**told), now=NOW)
    assert operations.register(actor=person("zhang"), new=COMPANY, now=NOW).holder == "海河数据服务有限公司"


def test_a_key_is_kept_as_its_hash_and_openreads_knows_it(liu: Developer) -> None:
    issued = operations.make_key(actor=person("liu"), name="选址程序", now=NOW)
    row = AccessKey.objects.get(pk=issued.id)
    assert bytes(row.key_hash) == hash_of(issued.secret)
    assert issued.secret.startswith(row.hint)
    assert issued.secret not in repr(issued)
    told = known_to_openreads()[hash_of(issued.secret)]
    assert (told["id"], told["holder"], told["valid_until"]) == (issued.id, "刘志远", NOW + LIFE)
    assert (told["datasets"], told["grants"]) == (None, "{}")


def test_a_key_that_takes_over_leaves_the_old_one_a_day(liu: Developer) -> None:
    first = operations.make_key(actor=person("liu"), name="选址程序", now=NOW)
    second = operations.rotate_key(actor=person("liu"), key_id=first.id, now=NOW + timedelta(days=2))
    old, new = AccessKey.objects.get(pk=first.id), AccessKey.objects.get(pk=second.id)
    assert (old.valid_until, new.name) == (NOW + timedelta(days=2) + OVERLAP, "选址程序")
    for change in (operations.rotate_key, operations.renew_key):
        with pytest.raises(NotNow):
            change(actor=person("liu"), key_id=first.id, now=NOW + timedelta(days=2))


def test_a_key_is_renewed_before_it_ends_and_not_after(liu: Developer) -> None:
    issued = operations.make_key(actor=person("liu"), name="选址程序", now=NOW)
    operations.renew_key(actor=person("liu"), key_id=issued.id, now=NOW + timedelta(days=80))
    assert AccessKey.objects.get(pk=issued.id).valid_until == NOW + timedelta(days=80) + LIFE
    with pytest.raises(NotNow):
        operations.renew_key(actor=person("liu"), key_id=issued.id, now=NOW + timedelta(days=300))


def test_a_key_ends_at_once_by_its_holder_or_with_a_reason_by_the_data_centre(liu: Developer) -> None:
    first, second = (operations.make_key(actor=person("liu"), name=name, now=NOW) for name in "一二")
    operations.revoke_key(actor=person("liu"), key_id=first.id, now=NOW)
    with pytest.raises(NotNow):
        operations.revoke_key(actor=person("liu"), key_id=first.id, now=NOW)
    with pytest.raises(InputRefused):
        operations.revoke_key(actor=person("operator"), key_id=second.id, now=NOW)
    for username in ("zhang", "steward_mzj"):
        with pytest.raises(NotFound):
            operations.revoke_key(actor=person(username), key_id=second.id, now=NOW)
    operations.revoke_key(actor=person("operator"), key_id=second.id, words="密钥泄露在公开代码中", now=NOW)
    assert known_to_openreads() == {}
    assert [event.part for event in liu.events.filter(name="revoke_key")] == ["HOLDER", "AUTHORITY"]


def test_there_are_not_too_many_at_once(liu: Developer) -> None:
    for n in range(MOST_KEYS):
        operations.make_key(actor=person("liu"), name=str(n), now=NOW)
    with pytest.raises(NotNow):
        operations.make_key(actor=person("liu"), name="再一把", now=NOW)
    operations.make_key(actor=person("liu"), name="到期之后", now=NOW + LIFE)


def test_the_pages_from_registration_to_the_end_of_a_key() -> None:
    client = browser("liu")
    assert "登记为开发者" in text(client, "developer")
    told = {"kind": "PERSON", "use": "RESEARCH", "purpose": "<script>alert(1)</script>研究"}
    assert client.post(address("register"), told | {"purpose": ""}).status_code == 422
    assert client.post(address("register"), told).status_code == 302
    assert b"<script>alert(1)" not in client.get(address("developer")).content
    page = client.post(address("new-key"), {"name": "选址程序"})
    (secret,) = re.findall(r"hk_[\w-]{43}", page.content.decode())
    assert "no-store" in page.headers["Cache-Control"]
    key = AccessKey.objects.get()
    assert bytes(key.key_hash) == hash_of(secret)
    KeyUsage.objects.create(key=key, day=timezone.localdate(), count=7)
    home = client.get(address("developer")).content.decode()
    assert secret not in home
    assert "7 / 20000" in home
    assert "一共得到 7 次答复" in text(client, "key", key.id)
    assert client.post(address("renew-key", key.id)).status_code == 302
    assert b"hk_" in client.post(address("rotate-key", key.id)).content
    new = AccessKey.objects.get(replaced_at=None)
    assert client.post(address("revoke-key", new.id)).status_code == 302
    assert client.post(address("renew-key", new.id)).status_code == 422
    assert "已停用" in text(client, "key", new.id)


def test_keys_are_nobody_elses(liu: Developer) -> None:
    key = operations.make_key(actor=person("liu"), name="选址程序", now=NOW).id
    for username in ("", "zhang", "steward_mzj", "approver_mzj"):
        client, outside = browser(username), {"": 302, "zhang": 404}.get(username, 403)
        assert client.get(address("key", key)).status_code == outside, username
        for name in ("renew-key", "rotate-key", "revoke-key"):
            assert client.post(address(name, key), {"words": "x"}).status_code == outside, (username, name)
    for username in ("operator", "auditor"):
        assert browser(username).get(address("key", key)).status_code == 200
        assert browser(username).get(address("developer")).status_code == 403
    assert browser("operator").post(address("revoke-key", key)).status_code == 422
    assert browser("operator").post(address("revoke-key", key), {"words": "泄露"}).status_code == 302
    assert browser("zhang").post(address("new-key"), {"name": "x"}).status_code == 404
