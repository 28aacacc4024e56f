"""A file is what its content is; what would harm anybody isn't taken; what is taken lies sealed."""

import struct
import zipfile
from collections.abc import Callable
from io import BytesIO
from uuid import UUID, uuid4

import pytest

from haihe.platforms.services.forms import operations, shelf
from haihe.platforms.services.forms.definition import Form
from haihe.platforms.services.forms.errors import DraftNotFound, UploadRefused
from haihe.platforms.services.forms.fields import FileKind
from haihe.platforms.services.forms.judging import judge
from haihe.platforms.services.forms.models import Draft, Scan, Upload
from haihe.platforms.services.forms.operations.uploading import safe_name
from haihe.platforms.services.forms.ports import PHONE, Offer
from haihe.platforms.services.forms.testing import NOW, PDF, PNG, SLUG, ScriptedScanner, actor, arrived, field, form_of

pytestmark = pytest.mark.django_db

JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    b"\xff\xc0\x00\x0b\x08\x00\x10\x00\x10\x01\x01\x11\x00"
)


@pytest.fixture(autouse=True)
def _form(offers: Callable[[Form], Offer]) -> None:
    offers(form_of(field("lease", "file", max=2), field("photo", "file", required=False, accept=["JPEG"])))


@pytest.fixture
def draft() -> UUID:
    return operations.begin(actor=actor("liu"), slug=SLUG, channel=PHONE, now=NOW)


def put(draft: UUID, data: bytes, name: str = "租赁合同.png", field: str = "lease") -> UUID:
    return operations.add_upload(actor=actor("liu"), draft_id=draft, field=field, arrived=arrived(data, name), now=NOW)


def package(**files: bytes) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as writer:
        for name, data in files.items():
            writer.writestr(name.replace("__", "."), data)
    return made.getvalue()


def picture(width: int, height: int) -> bytes:
    return PNG[:16] + struct.pack(">II", width, height) + PNG[24:]


@pytest.mark.parametrize(
    ("data", "kind"),
    [(PNG, FileKind.PNG), (PDF, FileKind.PDF), (JPEG, FileKind.JPEG), (package(OFD__xml=b"<a/>"), FileKind.OFD)],
    ids=["png", "pdf", "jpeg", "ofd"],
)
def test_a_file_is_what_its_content_is(data: bytes, kind: FileKind) -> None:
    assert judge(data) is kind


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"<script>alert(1)</script>", "只能上传"),
        (b"MZ\x90\x00", "只能上传"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "只能上传"),
        (b"GIF89a", "只能上传"),
        (picture(30_000, 30_000), "尺寸太大"),
        (picture(1, 30_000), "尺寸太大"),
        (picture(0, 10), "打不开"),
        (b"\xff\xd8\xff\xe0\x00", "打不开"),
        (package(a__txt=b"x"), "不收压缩包"),
        (package(OFD__xml=b"0" * 9_000_000), "不正常"),
        (package(OFD__xml=b"<a/>", inner__zip=b"x"), "不正常"),
        (package(OFD__xml=b"<a/>")[:-30], "打不开"),
        (b"", "空的"),
    ],
    ids=[
        "script",
        "program",
        "svg",
        "gif",
        "bomb",
        "long",
        "flat",
        "cut",
        "zip",
        "zip-bomb",
        "nested",
        "torn",
        "empty",
    ],
)
def test_what_would_harm_is_not_taken_and_leaves_nothing(draft: UUID, data: bytes, told: str) -> None:
    come = arrived(data)
    with pytest.raises(UploadRefused, match=told):
        operations.add_upload(actor=actor("liu"), draft_id=draft, field="lease", arrived=come, now=NOW)
    assert not shelf.path_of(come.id).exists()
    assert not Upload.objects.exists()


def test_it_lies_sealed_and_comes_back_whole(draft: UUID) -> None:
    data = PDF + b"x" * 200_000 + b"%%EOF"
    upload = put(draft, data, name="合同.pdf")
    stored = shelf.path_of(upload).read_bytes()
    assert b"%PDF" not in stored
    assert shelf.path_of(upload).stat().st_mode & 0o777 == 0o600
    opened = operations.open_upload(actor=actor("liu"), upload_id=upload)
    assert (opened.name, opened.kind, b"".join(opened.pieces)) == ("合同.pdf", FileKind.PDF, data)
    assert "合同".encode() not in bytes(Upload.objects.get().sealed_name)


@pytest.mark.parametrize("cut", [-1, 70_000, 3])
def test_a_file_that_was_altered_or_cut_on_the_disk_is_not_given_back(draft: UUID, cut: int) -> None:
    upload = put(draft, PDF + b"x" * 200_000)
    path = shelf.path_of(upload)
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(shelf.FileDamaged):
        b"".join(operations.open_upload(actor=actor("liu"), upload_id=upload).pieces)


def test_leaving_the_last_piece_out_is_noticed(draft: UUID) -> None:
    upload = put(draft, PDF + b"x" * 100_000)
    path = shelf.path_of(upload)
    stored = path.read_bytes()
    first = 4 + int.from_bytes(stored[:4], "big")
    path.write_bytes(stored[:first])
    with pytest.raises(shelf.FileDamaged):
        b"".join(shelf.pieces(upload))


def test_only_those_of_the_case_get_it(draft: UUID) -> None:
    upload = put(draft, PNG)
    for stranger in ("zhang", "clerk_gjj", "outsider", "operator"):
        with pytest.raises(DraftNotFound):
            operations.open_upload(actor=actor(stranger), upload_id=upload)
    Draft.objects.update(state="SENT", sent_at=NOW, receipt={}, case_number="TST-20261126-000001")
    assert operations.open_upload(actor=actor("clerk_gjj"), upload_id=upload)
    with pytest.raises(DraftNotFound):
        operations.open_upload(actor=actor("outsider"), upload_id=upload)


def test_there_is_room_for_so_many_and_of_the_kinds_that_are_asked(draft: UUID) -> None:
    put(draft, PNG)
    put(draft, PDF)
    with pytest.raises(UploadRefused, match="最多上传 2 个"):
        put(draft, PNG)
    with pytest.raises(UploadRefused, match="JPEG"):
        put(draft, PNG, field="photo")
    with pytest.raises(DraftNotFound):
        put(draft, PNG, field="no_such_field")


def test_it_can_be_taken_away_again(draft: UUID) -> None:
    upload = put(draft, PNG)
    with pytest.raises(DraftNotFound):
        operations.remove_upload(actor=actor("zhang"), draft_id=draft, upload_id=upload, now=NOW)
    with pytest.raises(DraftNotFound):
        operations.remove_upload(actor=actor("liu"), draft_id=draft, upload_id=uuid4(), now=NOW)
    operations.remove_upload(actor=actor("liu"), draft_id=draft, upload_id=upload, now=NOW)
    assert not Upload.objects.exists()


def test_without_a_scanner_it_says_so(draft: UUID) -> None:
    put(draft, PNG)
    assert Upload.objects.get().scan == Scan.UNSCANNED


def test_a_virus_is_not_kept_and_nothing_is_while_nobody_can_look(draft: UUID, scanner: ScriptedScanner) -> None:
    put(draft, PNG)
    assert Upload.objects.get().scan == Scan.CLEAN
    with pytest.raises(UploadRefused, match="发现了病毒"):
        put(draft, PDF + b"VIRUS")
    scanner.is_away = True
    with pytest.raises(UploadRefused, match="暂时不能用"):
        put(draft, PDF)
    assert Upload.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.png"),
        ("C:\\照片\\合同.JPG", "合同.png"),
        ("a\r\nSet-Cookie: x.png", "aSet-Cookie x.png"),
        ("x.pdf.exe", "x.pdf.exe.png"),
        ("<script>.png", "script.png"),
        ("...", "附件.png"),
        ("", "附件.png"),
    ],
)
def test_a_name_harms_nobody(name: str, kept: str) -> None:
    assert safe_name(name, FileKind.PNG) == kept
