"""Files made to harm whoever opens them; and a real clamd, with a signature of our own, that looks into each."""

import io
import shutil
import signal
import struct
import subprocess
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from haihe.platforms.services.forms import operations, ports
from haihe.platforms.services.forms.adapters.clamd import Clamd
from haihe.platforms.services.forms.bursting import MOST_INFLATED_BYTES
from haihe.platforms.services.forms.definition import Form
from haihe.platforms.services.forms.errors import UploadRefused
from haihe.platforms.services.forms.fields import FileKind
from haihe.platforms.services.forms.judging import judge
from haihe.platforms.services.forms.models import Upload
from haihe.platforms.services.forms.operations.uploading import safe_name
from haihe.platforms.services.forms.ports import PHONE, Offer
from haihe.platforms.services.forms.testing import NOW, PDF, PNG, SLUG, actor, arrived, field, form_of

MARKER = b"HAIHE-TEST-SIGNATURE-THAT-IS-NO-VIRUS"
STARTS_WITHIN_S = 60.0


def zipped(*parts: tuple[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts:
            package.writestr(name, content)
    return made.getvalue()


OFD = zipped(("OFD.xml", b"<ofd/>"), ("Doc_0/Document.xml", b"<doc/>" * 20))
XLSX = zipped(("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<workbook/>"))


def packed_pdf(size: int) -> bytes:
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(bytes(1 << 20)) for _ in range(size >> 20)) + packer.flush()
    return b"%PDF-1.7\n1 0 obj<</Filter/FlateDecode>>stream\n" + body + b"\nendstream endobj\n%%EOF\n"


def with_lie(package: bytes) -> bytes:
    """Let the directory say that the last part is a byte long."""
    place = package.rindex(b"PK\x01\x02")
    return package[: place + 24] + struct.pack("<I", 1) + package[place + 28 :]


def with_chunk(size: int) -> bytes:
    chunk = struct.pack(">I", size) + b"zTXt" + bytes(size)
    return PNG[:33] + chunk + struct.pack(">I", zlib.crc32(chunk[4:])) + PNG[33:]


HARMFUL = {
    "a PDF that unpacks to more than memory": packed_pdf(MOST_INFLATED_BYTES + (2 << 20)),
    "a sheet": XLSX,
    "an archive in an archive": zipped(("OFD.xml", b"<ofd/>"), ("inner.zip", zipped(("a", b"b")))),
    "an archive that unpacks to more than memory": zipped(("OFD.xml", b"<ofd/>"), ("a.xml", bytes(40_000_000))),
    "an archive that says another size": with_lie(OFD),
    "a picture that is an archive too": PNG + zipped(("a.exe", b"MZ")),
    "a PDF that is an archive too": PDF + zipped(("a.exe", b"MZ")),
    "a PDF that begins as a page": b"<html><script>alert(1)</script>" + PDF,
    "a picture that is a PDF too": b"\xff\xd8\xff\xe0\x00\x10" + PDF,
    "a picture of huge size": PNG[:16] + struct.pack(">II", 60_000, 60_000) + PNG[24:],
    "a picture with swollen text": with_chunk(1_500_000),
    "a script under a picture's name": b"<script>alert(1)</script>",
    "a program": b"MZ" + bytes(200),
    "a cut archive": OFD[:-30],
}


@pytest.mark.parametrize("what", HARMFUL)
def test_what_would_harm_is_refused_quickly_and_in_a_sentence(what: str) -> None:
    began = time.monotonic()
    with pytest.raises(UploadRefused) as refused:
        judge(HARMFUL[what])
    assert refused.value.message.endswith("。")
    assert time.monotonic() - began < 3


def test_what_people_really_send_is_taken() -> None:
    assert judge(OFD) is FileKind.OFD
    assert judge(packed_pdf(20 << 20)) is FileKind.PDF
    assert judge(with_chunk(5_000)) is FileKind.PNG
    assert judge(b"\xef\xbb\xbf\n" + PDF) is FileKind.PDF


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\刘\\租约.pdf.exe", "租约.pdf.exe.pdf"),
        ("a\x00b\u202egpj.exe", "abgpj.exe.pdf"),
        ("/", "附件.pdf"),
        ("...", "附件.pdf"),
        ("长" * 400 + ".pdf", "长" * 120 + ".pdf"),
    ],
)
def test_a_name_leads_nowhere_and_says_what_the_file_is(name: str, safe: str) -> None:
    assert safe_name(name, FileKind.PDF) == safe


@pytest.fixture(scope="module")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Run a clamd that knows one signature: no network, no database of anybody's."""
    folder = tmp_path_factory.mktemp("clamd")
    (folder / "db").mkdir()
    (folder / "db" / "haihe.ndb").write_text(f"Haihe.Test:0:*:{MARKER.hex()}\n")
    lines = ("Foreground yes", f"DatabaseDirectory {folder}/db", f"LocalSocket {folder}/clamd.sock", "MaxThreads 2")
    (folder / "clamd.conf").write_text("\n".join(lines) + "\n")
    program = shutil.which("clamd") or "/usr/sbin/clamd"
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([program, "-c", str(folder / "clamd.conf")], stdout=log, stderr=log)
    ends = time.monotonic() + STARTS_WITHIN_S
    while not Path(f"{folder}/clamd.sock").exists():
        assert process.poll() is None, (folder / "log").read_text()
        assert time.monotonic() < ends, (folder / "log").read_text()
        time.sleep(0.05)
    yield f"unix:{folder}/clamd.sock", process
    process.send_signal(signal.SIGTERM)
    process.wait(10)


@pytest.mark.engine("clamd")
@pytest.mark.django_db
def test_a_real_scanner_looks_into_what_arrives_and_into_what_is_packed_in_it(
    clamd: tuple[str, subprocess.Popen[bytes]], offers: Callable[[Form], Offer]
) -> None:
    offers(form_of(field("lease", "file", max=5), sections=("person", "details")))
    before, who = ports.scanner(), actor("liu")
    ports.register_scanner(Clamd(clamd[0]))
    draft = operations.begin(actor=who, slug=SLUG, channel=PHONE, now=NOW)

    def add(data: bytes) -> Upload:
        made = operations.add_upload(actor=who, draft_id=draft, field="lease", arrived=arrived(data), now=NOW)
        return Upload.objects.get(pk=made)

    try:
        assert add(PDF).scan == "CLEAN"
        assert add(OFD).scan == "CLEAN"
        for infected in (PDF + MARKER, zipped(("OFD.xml", b"<ofd/>"), ("a.xml", MARKER * 3))):
            with pytest.raises(UploadRefused, match="发现了病毒"):
                add(infected)
        ports.register_scanner(Clamd(clamd[0] + ".gone"))
        with pytest.raises(UploadRefused, match="暂时不能用"):
            add(PNG)
    finally:
        ports.register_scanner(before)
    assert Upload.objects.count() == 2
