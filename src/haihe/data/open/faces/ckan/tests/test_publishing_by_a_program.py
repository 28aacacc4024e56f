"""A steward's program proposes and hands in by CKAN's client; it can't do what Haihe leaves to persons."""

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from ckanapi import NotAuthorized, NotFound, RemoteCKAN, ValidationError
from django.test import Client
from django.utils import timezone

from haihe.base.accounts.models import Membership, User
from haihe.data.exchange import api as exchange
from haihe.data.open import operations
from haihe.data.open.faces import tokens
from haihe.data.open.faces.models import PublisherToken
from haihe.data.open.faces.tests.speaking import session
from haihe.data.open.models import Dataset
from haihe.data.open.tests.conftest import CANTEENS, NOW, ROWS
from haihe.data.open.tests.test_opening_a_dataset import NEW, hide, person

pytestmark = pytest.mark.django_db
TITLES = tuple(item.title for item in CANTEENS.items)


@pytest.fixture
def program(canteens: str) -> RemoteCKAN:
    """A program of the steward of 民政局."""
    return client("steward_mzj")


def client(username: str) -> RemoteCKAN:
    token = tokens.issue(actor=person(username), username=username, purpose="夜间报送", now=timezone.now())
    return RemoteCKAN("http://testserver", apikey=token, session=session())


def proposed(program: RemoteCKAN, **told: Any) -> dict[str, Any]:
    package = {
        "name": "canteens",
        "owner_org": "120012",
        "title": CANTEENS.title,
        "license_id": "cc-by",
        "groups": [{"name": "civil"}],
        "title_translated": {"en": NEW.title_en},
        "notes_translated": {"en": NEW.summary_en},
        "columns_en": NEW.columns_en,
        "extras": [{"key": "has_api", "value": "true"}, {"key": "key", "value": "code"}],
    }
    made: dict[str, Any] = program.call_action("package_create", package | told)
    return made


def test_a_proposal_is_private_until_gate_and_approver_have_passed_it(program: RemoteCKAN, canteens: str) -> None:
    made = proposed(program)
    assert (made["private"], made["state"], made["license_id"]) == (True, "draft", "CC-BY-4.0")
    row = Dataset.objects.get(slug="canteens")
    assert (row.code, row.key, row.has_api, row.title_en) == (canteens, ["code"], True, "Community canteens")
    nobody = RemoteCKAN("http://testserver", session=session())
    for stranger in (nobody, client("steward_gjj")):
        with pytest.raises(NotFound):
            stranger.action.package_show(id="canteens")
        assert stranger.action.package_search(include_private=True)["count"] == 0
    assert program.action.package_search(include_private=True)["count"] == 1
    patched = program.action.package_patch(id="canteens", license_id="CC0-1.0")
    assert (patched["license_id"], patched["groups"][0]["name"]) == ("CC0-1.0", "civil")
    for name in ("package_patch", "package_update"):
        with pytest.raises(NotAuthorized, match="审批人"):
            program.call_action(name, {"id": "canteens", "private": False})
    hide(person("steward_mzj"))
    assert operations.check(actor=person("steward_mzj"), slug="canteens", now=NOW).passed
    operations.move(actor=person("approver_mzj"), slug="canteens", name="publish", now=NOW)
    assert nobody.action.package_show(id="canteens")["private"] is False
    with pytest.raises(NotAuthorized):
        program.action.package_patch(id="canteens", license_id="CC-BY-4.0")
    with pytest.raises(NotAuthorized):
        program.action.package_delete(id="canteens", reason="x")
    with pytest.raises(ValidationError):
        client("approver_mzj").action.package_delete(id="canteens")
    client("approver_mzj").action.package_delete(id="canteens", reason="不再更新")
    with pytest.raises(NotFound):
        nobody.action.package_show(id="canteens")


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"title": "没有这个条目"}, "catalogue_code"),
        ({"owner_org": "120007"}, "catalogue_code"),
        ({"catalogue_code": "120012/999999"}, "catalogue_code"),
        ({"name": "Not a name!"}, "package"),
        ({"license_id": "mine"}, "license_id"),
        ({"groups": [{"name": "nothing"}]}, "groups"),
        ({"notes": "别的说明"}, "notes"),
        ({"resources": [{"url": "http://127.0.0.1/"}]}, "resources"),
        ({"extras": [{"key": "key", "value": "nothing"}]}, "package"),
        ({"extras": "x"}, "extras"),
    ],
)
def test_what_does_not_fit_says_which_field(program: RemoteCKAN, told: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        proposed(program, **told)
    assert field in wrong.value.error_dict
    assert not Dataset.objects.exists()


def rows_file(rows: tuple[tuple[str, ...], ...]) -> io.BytesIO:
    file = io.BytesIO("\n".join(",".join(row) for row in (TITLES, *rows)).encode())
    file.name = "canteens.csv"
    return file


def test_a_file_goes_through_the_exchange(program: RemoteCKAN, canteens: str) -> None:
    proposed(program)
    told = program.action.resource_create(package_id="canteens", upload=rows_file(ROWS[:5]))
    assert told["haihe_feed_run"]["state"] == "PUBLISHED"
    assert told["haihe_feed_run"]["rows_accepted"] == 5
    fed = exchange.latest_snapshot(canteens)
    assert fed is not None
    assert fed.row_count == 5
    again = program.action.resource_update(id=told["id"], upload=rows_file(ROWS))
    assert again["haihe_feed_run"]["rows_accepted"] == 6
    other = program.action.resource_create(package_id="canteens", upload=io.BytesIO(b"nothing,of,this\n1,2,3\n"))
    assert other["haihe_feed_run"]["state"] == "HELD"  # a steward decides what columns nobody knows mean
    after = exchange.latest_snapshot(canteens)
    assert after is not None
    assert after.row_count == 6
    with pytest.raises(ValidationError):
        program.action.resource_create(package_id="canteens", url="http://169.254.169.254/")


def test_an_archive_that_bursts_is_refused(program: RemoteCKAN) -> None:
    proposed(program)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("rows.csv", ",".join(TITLES) + "\n" + "0" * 60_000_000)
    bomb.seek(0)
    with pytest.raises(ValidationError):
        program.action.resource_create(package_id="canteens", upload=bomb)


def test_rows_come_as_records_too(program: RemoteCKAN, canteens: str) -> None:
    package = proposed(program)
    names = [item.name for item in CANTEENS.items]
    records = [dict(zip(names, row, strict=True)) for row in ROWS[:3]]
    told = program.action.datastore_create(
        resource={"package_id": package["id"]}, fields=[{"id": name} for name in names], records=records
    )
    assert told["haihe_feed_run"]["rows_accepted"] == 3
    with pytest.raises(ValidationError):
        program.action.datastore_create(resource={"package_id": "canteens"}, fields=[{"id": "new_column"}])
    for odd in ([{"nothing": 1}], [{"code": {"a": 1}}], "x", [1]):
        with pytest.raises(ValidationError):
            program.action.datastore_create(resource_id=told["resource_id"], records=odd)
    changed = program.action.datastore_upsert(
        resource_id=told["resource_id"], records=[records[0] | {"seats": "44"}], method="upsert"
    )
    assert changed["haihe_feed_run"]["state"] == "PUBLISHED"
    # Rows of this register are told apart by the person: a code alone doesn't name one.
    with pytest.raises(ValidationError):
        program.action.datastore_delete(resource_id=told["resource_id"], filters={"code": ["S1"]})
    with pytest.raises(ValidationError):
        program.action.datastore_upsert(resource_id=told["resource_id"], records=records, method="insert")
    with pytest.raises(NotAuthorized):
        program.action.datastore_delete(resource_id=told["resource_id"])


def test_what_is_left_to_persons_says_to_whom(program: RemoteCKAN) -> None:
    for name in ("organization_create", "group_create", "resource_delete", "api_token_create"):
        with pytest.raises(NotAuthorized) as refused:
            program.call_action(name, {"name": "x", "id": "x"})
        assert len(refused.value.args[0]["message"]) > 20


def test_others_tokens_cookies_and_keys_write_nothing(program: RemoteCKAN) -> None:
    proposed(program)
    for username in ("steward_gjj", "approver_gjj"):
        with pytest.raises((NotFound, NotAuthorized)):
            client(username).action.package_patch(id="canteens", license_id="CC0-1.0")
        with pytest.raises((NotFound, NotAuthorized)):
            client(username).action.resource_create(package_id="canteens", upload=rows_file(ROWS))
    with pytest.raises(NotAuthorized):
        RemoteCKAN("http://testserver", session=session()).action.package_patch(id="canteens")
    browser = Client()
    browser.force_login(User.objects.get(username="steward_mzj"))
    told = browser.post("/api/3/action/package_patch", '{"id": "canteens"}', content_type="application/json")
    assert (told.status_code, told.json()["error"]["__type"]) == (403, "Authorization Error")
    assert Client().get("/api/3/action/package_patch?id=canteens").status_code == 400


def test_a_token_ends_with_its_term_its_role_and_its_persons_will(program: RemoteCKAN) -> None:
    proposed(program)
    assert program.action.user_show()["fullname"] == person("steward_mzj").name
    assert program.action.organization_list_for_user()[0]["id"] == "120012"
    membership = Membership.objects.get(user__username="steward_mzj")
    Membership.objects.filter(pk=membership.pk).update(valid_until=timezone.now())
    with pytest.raises((NotAuthorized, NotFound)):
        program.action.package_patch(id="canteens", license_id="CC0-1.0")
    Membership.objects.filter(pk=membership.pk).update(valid_until=None)
    token = PublisherToken.objects.get()
    assert token.last_used_on is not None
    assert bytes(token.token_hash).hex() not in str(program.apikey)
    assert not tokens.revoke(actor=person("approver_mzj"), pk=token.pk, now=timezone.now())
    assert tokens.revoke(actor=person("steward_mzj"), pk=token.pk, now=timezone.now())
    with pytest.raises(NotAuthorized):
        program.action.package_show(id="canteens")
    late = tokens.issue(
        actor=person("steward_mzj"), username="steward_mzj", purpose="旧", now=timezone.now() - timedelta(days=200)
    )
    assert tokens.holder_of(late, now=timezone.now()) is None


def test_tokens_are_made_and_ended_on_a_page(lake: object, db: None) -> None:
    for username, status in {"": 302, "liu": 403, "operator": 403, "steward_mzj": 200, "approver_mzj": 200}.items():
        browser = Client()
        if username:
            browser.force_login(User.objects.get(username=username))
        assert browser.get("/open/tokens/").status_code == status, username
    steward = Client()
    steward.force_login(User.objects.get(username="steward_mzj"))
    assert steward.post("/open/tokens/", {"purpose": ""}).status_code == 422
    made = steward.post("/open/tokens/", {"purpose": "夜间<b>报送"})
    assert made["Cache-Control"].startswith("max-age=0")
    assert "haihe_" in made.content.decode()
    assert "<b>" not in made.content.decode()
    assert "haihe_" not in steward.get("/open/tokens/").content.decode().replace("haihe_session", "")
    pk = PublisherToken.objects.get().pk
    other = Client()
    other.force_login(User.objects.get(username="approver_mzj"))
    assert other.post(f"/open/tokens/{pk}/revoke/").status_code == 404
    assert steward.post(f"/open/tokens/{pk}/revoke/").status_code == 302
    assert "还没有令牌" in steward.get("/open/tokens/").content.decode()
