"""A file in parts: goes on where the line broke, is judged as every upload is, and is nobody else's at any time."""

from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from haihe.city.testing import load_departments
from haihe.platforms.services.forms import operations, shelf
from haihe.platforms.services.forms.definition import Form
from haihe.platforms.services.forms.errors import DraftNotFound, UploadRefused, WrongPart
from haihe.platforms.services.forms.models import Draft, PartialUpload, Scan, Upload
from haihe.platforms.services.forms.operations.resuming import MOST_OF_A_PERSON, MOST_PART_BYTES
from haihe.platforms.services.forms.operations.uploading import MOST_BYTES
from haihe.platforms.services.forms.ports import PHONE, Offer
from haihe.platforms.services.forms.testing import (
    NOW,
    PDF,
    PNG,
    SLUG,
    ScriptedScanner,
    actor,
    field,
    form_of,
    signed_in,
)

pytestmark = pytest.mark.django_db
PIECE = shelf.PIECE_BYTES
LONG = PNG + bytes(range(256)) * (3 * PIECE // 256) + b"the end"
TUS = {"Tus-Resumable": "1.0.0"}
PART = "application/offset+octet-stream"


@pytest.fixture(autouse=True)
def _form(offers: Callable[[Form], Offer]) -> None:
    load_departments()
    offers(form_of(field("lease", "file", max=2), field("photo", "file", required=False, accept=["JPEG"])))


@pytest.fixture
def draft() -> UUID:
    return operations.begin(actor=actor("liu"), slug=SLUG, channel=PHONE, now=NOW)


def begun(draft: UUID, size: int = len(LONG), field: str = "lease", name: str = "租约.png") -> UUID:
    return operations.begin_upload(
        actor=actor("liu"), draft_id=draft, field=field, name=name, size_bytes=size, now=NOW
    ).id


def part(draft: UUID, upload: UUID, offset: int, data: bytes, who: str = "liu") -> operations.Arriving:
    return operations.take_part(actor=actor(who), draft_id=draft, upload_id=upload, offset=offset, data=data, now=NOW)


def whole(draft: UUID, data: bytes, **more: str) -> UUID:
    upload = begun(draft, len(data), **more)
    for offset in range(0, len(data), PIECE):
        part(draft, upload, offset, data[offset : offset + PIECE])
    return upload


def on_the_shelf(upload: UUID) -> bool:
    return shelf.path_of(upload).exists()


def test_part_after_part_it_becomes_a_file_of_the_draft_like_any_other(draft: UUID, scanner: ScriptedScanner) -> None:
    before = Draft.objects.get().revision
    upload = begun(draft)
    assert part(draft, upload, 0, LONG[: 2 * PIECE]).offset == 2 * PIECE
    assert LONG[:60] not in shelf.path_of(upload).read_bytes()
    last = part(draft, upload, 2 * PIECE, LONG[2 * PIECE :])
    assert (last.is_taken, last.offset, last.revision) == (True, len(LONG), before + 1)
    kept = Upload.objects.get()
    assert (kept.pk, kept.kind, kept.size_bytes, kept.scan) == (upload, "PNG", len(LONG), Scan.CLEAN)
    assert b"".join(shelf.pieces(upload)) == LONG
    assert not PartialUpload.objects.exists()
    again = operations.standing_of(actor=actor("liu"), draft_id=draft, upload_id=upload, now=NOW)
    assert again.is_taken  # whose last answer was lost on the line asks again and hears that all is well


def test_what_was_written_and_never_counted_is_written_over(draft: UUID) -> None:
    upload = begun(draft)
    part(draft, upload, 0, LONG[:PIECE])
    shelf.append(upload, offset=PIECE, data=b"x" * 2 * PIECE, is_last=False)  # and then the database was gone
    part(draft, upload, PIECE, LONG[PIECE:])
    assert b"".join(shelf.pieces(upload)) == LONG


def test_a_shelf_that_holds_less_than_was_counted_is_no_file(draft: UUID) -> None:
    upload = begun(draft)
    part(draft, upload, 0, LONG[:PIECE])
    shelf.path_of(upload).write_bytes(shelf.path_of(upload).read_bytes()[:-5])
    with pytest.raises(shelf.FileDamaged):
        part(draft, upload, PIECE, LONG[PIECE:])
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("offset", "data"),
    [
        pytest.param(PIECE, LONG[PIECE : 2 * PIECE], id="beyond what has come"),
        pytest.param(0, LONG[:100], id="less than a piece"),
        pytest.param(0, b"", id="nothing"),
        pytest.param(0, LONG + b"more", id="more than was announced"),
        pytest.param(10**11, b"x", id="far away"),
    ],
)
def test_a_part_that_does_not_go_on_is_refused_and_says_where_the_file_stands(
    draft: UUID, offset: int, data: bytes
) -> None:
    upload = begun(draft)
    with pytest.raises(WrongPart) as told:
        part(draft, upload, offset, data)
    assert told.value.offset == 0
    part(draft, upload, 0, LONG[:PIECE])
    with pytest.raises(WrongPart) as told:
        part(draft, upload, 0, LONG[:PIECE])
    assert told.value.offset == PIECE


@pytest.mark.parametrize(
    ("data", "field", "told"),
    [
        (b"<script>alert(1)</script>", "lease", "只能上传"),
        (PNG + b"VIRUS", "lease", "发现了病毒"),
        (PDF, "photo", "请上传 JPEG 文件"),
    ],
    ids=["a script", "a virus", "another kind"],
)
def test_what_is_refused_in_one_go_is_refused_in_parts_and_leaves_nothing(
    draft: UUID, scanner: ScriptedScanner, data: bytes, field: str, told: str
) -> None:
    upload = begun(draft, len(data), field)
    with pytest.raises(UploadRefused, match=told):
        part(draft, upload, 0, data)
    assert not Upload.objects.exists()
    assert not PartialUpload.objects.exists()
    assert not on_the_shelf(upload)


def test_how_much_may_be_under_way_is_bounded(draft: UUID) -> None:
    for size, told in ((MOST_BYTES + 1, "不能超过 10 MB"), (0, "空的")):
        with pytest.raises(UploadRefused, match=told):
            begun(draft, size)
    for _number in range(MOST_OF_A_PERSON):
        begun(draft)
    with pytest.raises(UploadRefused, match="没有传完的文件太多"):
        begun(draft)
    with pytest.raises(DraftNotFound):
        begun(draft, field="no_such_field")


def test_a_field_that_is_full_takes_none_in_parts_either(draft: UUID) -> None:
    late = begun(draft, len(PNG))
    whole(draft, PNG)
    whole(draft, PNG)
    with pytest.raises(UploadRefused, match="最多上传 2 个"):
        begun(draft)
    with pytest.raises(UploadRefused, match="最多上传 2 个"):
        part(draft, late, 0, PNG)
    assert Upload.objects.count() == 2


def test_nobody_else_knows_of_it(draft: UUID) -> None:
    upload = begun(draft)
    theirs = operations.begin(actor=actor("zhang"), slug=SLUG, channel=PHONE, now=NOW)
    for where in (draft, theirs):
        with pytest.raises(DraftNotFound):
            part(where, upload, 0, LONG[:PIECE], who="zhang")
        with pytest.raises(DraftNotFound):
            operations.standing_of(actor=actor("zhang"), draft_id=where, upload_id=upload, now=NOW)
        with pytest.raises(DraftNotFound):
            operations.abandon_upload(actor=actor("zhang"), draft_id=where, upload_id=upload, now=NOW)
    with pytest.raises(DraftNotFound):
        operations.begin_upload(actor=actor("zhang"), draft_id=draft, field="lease", name="x", size_bytes=9, now=NOW)
    assert PartialUpload.objects.get().received_bytes == 0


@pytest.mark.django_db(transaction=True)
def test_what_nobody_goes_on_with_is_gone_with_what_had_come(draft: UUID) -> None:
    upload, kept = begun(draft), whole(draft, PNG)
    part(draft, upload, 0, LONG[:PIECE])
    assert operations.forget_parts(now=NOW + timedelta(days=1)) == 0  # somebody may judge it this moment
    later = NOW + timedelta(days=1, hours=1)
    with pytest.raises(DraftNotFound):
        operations.standing_of(actor=actor("liu"), draft_id=draft, upload_id=upload, now=later)
    assert operations.forget_parts(now=later) == 1
    assert not on_the_shelf(upload)
    assert on_the_shelf(kept)


@pytest.mark.django_db(transaction=True)
def test_a_draft_that_is_thrown_away_takes_its_parts_with_it(draft: UUID) -> None:
    given_up, upload = begun(draft), begun(draft)
    for one in (given_up, upload):
        part(draft, one, 0, LONG[:PIECE])
    operations.abandon_upload(actor=actor("liu"), draft_id=draft, upload_id=given_up, now=NOW)
    assert not on_the_shelf(given_up)
    operations.discard(actor=actor("liu"), draft_id=draft, now=NOW)
    assert not on_the_shelf(upload)
    assert not PartialUpload.objects.exists()


def metadata(**said: str) -> str:
    return ",".join(f"{name} {b64encode(value.encode()).decode()}" for name, value in said.items())


def announced(client: Client, draft: UUID, size: int = len(LONG), **headers: str) -> str:
    told = TUS | {"Upload-Length": str(size), "Upload-Metadata": metadata(field="lease", filename="租约.png")}
    answer = client.post(reverse("services_forms:uploads", args=[draft]), headers=told | headers)
    assert answer.status_code == 201, answer.content.decode()
    return answer["Location"]


def patched(client: Client, address: str, offset: object, data: bytes, **more: str) -> tuple[int, str]:
    told = {"headers": TUS | {"Upload-Offset": str(offset)}, "content_type": PART}
    answer = client.patch(address, data, **(told | more))  # type: ignore[arg-type]  # a table of words
    return answer.status_code, answer.headers.get("Upload-Offset", "") or answer.content.decode()


def test_the_protocol_of_the_pages_script(client: Client, draft: UUID) -> None:
    liu = signed_in(client, "liu")
    offered = liu.options(reverse("services_forms:uploads", args=[draft]))
    assert offered["Tus-Extension"] == "creation,termination,expiration"
    address = announced(liu, draft)
    assert patched(liu, address, 0, LONG[:PIECE]) == (204, str(PIECE))
    assert patched(liu, address, 0, LONG[:PIECE]) == (409, str(PIECE))
    told = liu.head(address, headers=TUS)
    assert (told["Upload-Offset"], told["Upload-Length"], told["Upload-Complete"]) == (str(PIECE), str(len(LONG)), "?0")
    assert "no-store" in told["Cache-Control"]
    assert patched(liu, address, PIECE, LONG[PIECE:]) == (204, str(len(LONG)))
    done = liu.head(address, headers=TUS)
    assert (done["Upload-Complete"], done["Haihe-Revision"]) == ("?1", str(Draft.objects.get().revision))
    other = announced(liu, draft)
    assert liu.delete(other, headers=TUS).status_code == 204
    assert liu.head(other, headers=TUS).status_code == 404


def test_what_is_no_part_is_refused_with_a_sentence(client: Client, draft: UUID) -> None:
    liu = signed_in(client, "liu")
    address = announced(liu, draft)
    assert patched(liu, address, "-1", LONG[:PIECE])[0] == 400
    assert patched(liu, address, "٣", LONG[:PIECE])[0] == 400
    assert patched(liu, address, 0, LONG[:PIECE], content_type="text/plain")[0] == 415
    assert patched(liu, address, 0, b"x" * (MOST_PART_BYTES + 1))[0] == 413
    assert client.patch(address, LONG[:PIECE], content_type=PART).status_code == 412
    assert client.get(address, headers=TUS).status_code == 405
    place = reverse("services_forms:uploads", args=[draft])
    for length, said in (
        ("9", "field %%%"),
        ("9", "filename eA=="),
        ("", metadata(field="lease")),
        ("9", "field " * 999),
    ):
        told = TUS | {"Upload-Length": length, "Upload-Metadata": said}
        assert liu.post(place, headers=told).status_code == 400
    too_long = TUS | {"Upload-Length": str(10**11), "Upload-Metadata": metadata(field="lease")}
    refused = liu.post(place, headers=too_long)
    assert refused.status_code == 422
    assert "不能超过 10 MB" in refused.json()["told"]


def test_somebody_elses_upload_does_not_exist_and_a_request_of_another_site_is_not_heard(draft: UUID) -> None:
    address = announced(signed_in(Client(), "liu"), draft)
    zhang = signed_in(Client(), "zhang")
    assert zhang.head(address, headers=TUS).status_code == 404
    assert patched(zhang, address, 0, LONG[:PIECE])[0] == 404
    assert zhang.delete(address, headers=TUS).status_code == 404
    assert Client().head(address, headers=TUS).status_code == 302
    assert signed_in(Client(), "steward_mzj").head(address, headers=TUS).status_code == 403
    careful = signed_in(Client(enforce_csrf_checks=True), "liu")
    assert patched(careful, address, 0, LONG[:PIECE])[0] == 403
    unknown = reverse("services_forms:upload", args=[draft, uuid4()])
    assert signed_in(Client(), "liu").head(unknown, headers=TUS).status_code == 404
    assert PartialUpload.objects.get().received_bytes == 0
