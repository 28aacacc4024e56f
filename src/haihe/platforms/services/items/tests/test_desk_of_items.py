"""The desk of items: who gets which page, what is typed is kept, and nobody else learns of a draft."""

from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from haihe.city.testing import load_departments
from haihe.platforms.services.forms.testing import actor, signed_in
from haihe.platforms.services.items import operations, queries
from haihe.platforms.services.items.elements.columns import TABLES
from haihe.platforms.services.items.models import ItemDraft, ItemSheetImport
from haihe.platforms.services.items.sheets.writing import workbook
from haihe.platforms.services.items.testing import ITEM, story_item
from haihe.platforms.services.items.urls import urlpatterns

pytestmark = pytest.mark.django_db
KEEPERS = {"steward_gjj", "approver_gjj", "operator"}
STRANGERS = {"steward_mzj", "approver_mzj"}
OTHERS = {"liu", "clerk_gjj", "auditor"}
EVERYBODY = sorted({*KEEPERS, *STRANGERS, *OTHERS})


@pytest.fixture(autouse=True)
def _items() -> None:
    load_departments()
    operations.load_items([story_item()])


@pytest.fixture
def draft() -> UUID:
    return operations.begin_draft(actor=actor("steward_gjj"), slug=ITEM, now=timezone.now())


def address(name: str, *args: object) -> str:
    return reverse(f"services:{name}", args=args)


def browser(username: str) -> Client:
    return signed_in(Client(), username)


@pytest.mark.parametrize("username", EVERYBODY)
def test_who_gets_which_page(username: str, draft: UUID) -> None:
    is_keeper, is_stranger = username in KEEPERS, username in STRANGERS
    client = browser(username)
    for name in ("items-desk", "desk-items", "items-sheets", "items-xlsx", "items-csv", "items-json", "items-template"):
        page = client.get(address(name), {"item": ITEM})
        assert page.status_code == (200 if is_keeper or is_stranger else 403), name
    own = 200 if is_keeper else 404 if is_stranger else 403
    assert client.get(address("desk-item", ITEM)).status_code == own
    assert client.get(address("item-draft", draft)).status_code == own
    writes = 200 if username == "steward_gjj" else 404 if is_keeper or is_stranger else 403
    for table in TABLES:
        assert client.get(address("item-draft-table", draft, table.key)).status_code == writes, table.key
    assert client.get(address("item-draft-table", draft, "castle")).status_code == (404 if writes != 403 else 403)


@pytest.mark.parametrize("username", EVERYBODY)
def test_who_may_write(username: str, draft: UUID) -> None:
    client, before = browser(username), list(ItemDraft.objects.values())
    may = username == "steward_gjj"
    answer = client.post(address("item-draft-move", draft), {"move": "abandon"})
    assert answer.status_code in ((302,) if may else (403, 404))
    assert (list(ItemDraft.objects.values()) != before) is may
    answer = client.post(address("desk-item", ITEM), {"do": "change"})
    assert answer.status_code == (302 if may else 403 if username in OTHERS else 404)
    if not may:
        file = SimpleUploadedFile("x.xlsx", workbook([story_item()]))
        client.post(address("items-sheets"), {"workbook": file})
        assert list(ItemDraft.objects.values()) == before


def test_no_address_is_forgotten() -> None:
    told = {
        "items-desk",
        "desk-items",
        "desk-item",
        "item-draft",
        "item-draft-move",
        "item-draft-table",
        "items-sheets",
    }
    told |= {"items-template", "items-xlsx", "items-csv", "items-json", "items-import", "items-import-live"}
    public = {"items", "item", "item-qr", "item-versions", "departments", "department", "bundle"}
    assert {pattern.name for pattern in urlpatterns} == told | public


def test_whoever_is_signed_out_is_asked_to_sign_in(client: Client, draft: UUID) -> None:
    for path in (address("desk-items"), address("item-draft", draft), address("items-xlsx")):
        assert "/sign-in" in client.get(path)["Location"]


def test_what_is_typed_is_kept_and_what_is_wrong_is_told_beside_it(draft: UUID) -> None:
    client = browser("steward_gjj")
    row = ItemDraft.objects.get(pk=draft)
    cells = {f"0-{name}": text for name, text in row.rows["item"][0].items()}
    several = {f"0-{name}": row.rows["item"][0][name].split("\n") for name in ("channels", "topics", "objects_kind")}
    typed = {**cells, **several, "0-promised_days": "30", "revision": str(row.revision)}
    answer = client.post(address("item-draft-table", draft, "item"), typed, follow=True)
    assert answer.redirect_chain[-1][0] == address("item-draft", draft)
    assert "承诺时限不能长于法定时限" in answer.content.decode()
    assert ItemDraft.objects.get(pk=draft).rows["item"][0]["promised_days"] == "30"
    assert "is-invalid" in client.get(address("item-draft-table", draft, "item")).content.decode()
    late = client.post(address("item-draft-table", draft, "item"), typed)
    assert late.status_code == 409
    assert "刚被别人改过" in late.content.decode()


def test_rows_are_added_and_taken_out(draft: UUID) -> None:
    client, row = browser("steward_gjj"), ItemDraft.objects.get(pk=draft)
    there = len(row.rows["conditions"])
    typed = {f"{n}-{name}": text for n, one in enumerate(row.rows["conditions"]) for name, text in one.items()}
    typed |= {f"{there}-zh": "本人到场", f"{there}-en": "In person", f"{there + 1}-zh": "", f"{there + 1}-en": ""}
    client.post(address("item-draft-table", draft, "conditions"), {**typed, "0-out": "on", "revision": row.revision})
    kept = ItemDraft.objects.get(pk=draft).rows["conditions"]
    assert kept == [*row.rows["conditions"][1:], {"zh": "本人到场", "en": "In person"}]


def test_an_approver_sees_what_changes_and_sends_it_back(draft: UUID) -> None:
    row = ItemDraft.objects.get(pk=draft)
    day = timezone.localdate().isoformat()
    operations.save_table(
        actor=actor("steward_gjj"),
        draft=draft,
        key="item",
        rows=[row.rows["item"][0] | {"promised_days": "0", "in_force_from": day}],
        revision=row.revision,
        now=timezone.now(),
    )
    browser("steward_gjj").post(address("item-draft-move", draft), {"move": "submit"})
    client = browser("approver_gjj")
    body = client.get(address("item-draft", draft)).content.decode()
    assert "承诺办结时限（工作日）" in body
    assert "退回的理由" in body
    client.post(address("item-draft-move", draft), {"move": "return", "words": "请与窗口核对"})
    assert "请与窗口核对" in browser("steward_gjj").get(address("item-draft", draft)).content.decode()
    browser("steward_gjj").post(address("item-draft-move", draft), {"move": "submit"})
    client.post(address("item-draft-move", draft), {"move": "approve"})
    assert queries.version_in_force(ITEM, on=timezone.localdate()).version == 3
    assert "现行" in client.get(address("desk-item", ITEM)).content.decode()


def test_a_workbook_is_taken_in_on_the_page_and_a_bad_one_refused() -> None:
    client = browser("steward_gjj")
    bad = client.post(address("items-sheets"), {"workbook": SimpleUploadedFile("x.xlsx", b"no")})
    assert bad.status_code == 422
    assert client.post(address("items-sheets"), {}).status_code == 422
    good = SimpleUploadedFile("x.xlsx", workbook([story_item()]))
    assert "没有变化" in client.post(address("items-sheets"), {"workbook": good}).content.decode()


def test_an_import_is_its_own_persons_only() -> None:
    steward = actor("steward_gjj")
    assert steward.user_id is not None
    row = ItemSheetImport.objects.create(
        username="steward_gjj",
        user=steward.user_id,
        name="a.xlsx",
        file=b"x",
        total=4,
        done=1,
        created_at=timezone.now(),
    )
    for name in ("items-import", "items-import-live"):
        assert "共 4 个" in browser("steward_gjj").get(address(name, row.pk)).content.decode()
        assert browser("steward_mzj").get(address(name, row.pk)).status_code == 404


@pytest.mark.parametrize("query", ["?item=no-such", "?authority=1%00", "?authority=999999"])
def test_what_there_is_not_is_not_exported(query: str) -> None:
    assert browser("steward_gjj").get(address("items-xlsx") + query).status_code == 404
    one = browser("steward_gjj").get(f"{address('items-json')}?item={ITEM}")
    assert one.json()[0]["slug"] == ITEM
