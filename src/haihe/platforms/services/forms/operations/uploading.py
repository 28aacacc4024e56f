"""Take a file to a draft, give it back to those whose it is, take it away."""

import hashlib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor
from haihe.base.keys import api as keys
from haihe.platforms.services.forms import ports, shelf
from haihe.platforms.services.forms.bounds import bounds_of
from haihe.platforms.services.forms.errors import DraftNotFound, UploadRefused
from haihe.platforms.services.forms.fields import Field, FileKind, Kind
from haihe.platforms.services.forms.judging import judge
from haihe.platforms.services.forms.models import Draft, Scan, Upload
from haihe.platforms.services.forms.ports import ScannerAway, Verdict
from haihe.platforms.services.forms.queries import draft_for, name_of, standing, upload_for
from haihe.platforms.services.forms.values import is_plain_text

MOST_BYTES: Final = 10 * 1024 * 1024
MOST_BYTES_OF_A_DRAFT: Final = 100 * 1024 * 1024
_LONGEST_NAME: Final = 120
_EXTENSIONS: Final = {FileKind.PDF: ".pdf", FileKind.JPEG: ".jpg", FileKind.PNG: ".png", FileKind.OFD: ".ofd"}


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file that lies sealed on the shelf and belongs to nobody yet. `error` is why it isn't one."""

    id: UUID
    name: str
    size_bytes: int
    error: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """A file to hand back."""

    name: str
    kind: FileKind
    size_bytes: int
    pieces: Iterator[bytes]


def add_upload(*, actor: Actor, draft_id: UUID, field: str, arrived: Arrived, now: datetime) -> UUID:
    """Make a file that arrived part of the draft; one that isn't taken leaves nothing behind.

    Raises: DraftNotFound, UploadRefused.
    """
    try:
        if arrived.error:
            raise UploadRefused(arrived.error)
        kind, digest = judged(arrived)
        scan = scanned(arrived.id)
        return _record(actor, draft_id, field, arrived, kind, digest, scan, now)
    except BaseException:
        shelf.forget(arrived.id)
        raise


@transaction.atomic
def remove_upload(*, actor: Actor, draft_id: UUID, upload_id: UUID, now: datetime) -> None:
    """Raises: DraftNotFound."""
    draft = draft_for(actor, draft_id, now=now, lock=True)
    upload = draft.uploads.filter(pk=upload_id).first() if draft.is_open else None
    if upload is None:
        raise DraftNotFound
    draft.revision += 1
    draft.save(update_fields=["revision"])
    upload.delete()
    transaction.on_commit(lambda: shelf.forget(upload_id))


def open_upload(*, actor: Actor, upload_id: UUID) -> Opened:
    """Raises: DraftNotFound for a file that is none of theirs."""
    upload = upload_for(actor, upload_id)
    return Opened(name_of(upload), FileKind(upload.kind), upload.size_bytes, shelf.pieces(upload.pk))


def safe_name(name: str, kind: FileKind) -> str:
    """Return the name with the ending of what the file is, and without folders or signs that one can't see."""
    stem = PurePosixPath(name.replace("\\", "/")).name
    # Signs that turn the order of writing round would show another ending than there is.
    stem = "".join(sign for sign in stem if unicodedata.category(sign) != "Cf")
    stem = "".join(sign for sign in stem if is_plain_text(f"x{sign}x") and sign not in '<>:"|?*/')
    ending = _EXTENSIONS[kind]
    known = (".pdf", ".jpg", ".jpeg", ".png", ".ofd")
    for each in known:
        stem = stem[: -len(each)] if stem.lower().endswith(each) else stem
    return (stem.strip(". ")[:_LONGEST_NAME] or "附件") + ending


def judged(arrived: Arrived) -> tuple[FileKind, str]:
    if not arrived.size_bytes:
        raise UploadRefused(_("这个文件是空的，请重新选择。"))
    data = b"".join(shelf.pieces(arrived.id))
    return judge(data), hashlib.sha256(data).hexdigest()


def scanned(upload: UUID) -> Scan:
    scanner = ports.scanner()
    if scanner is None:
        return Scan.UNSCANNED
    try:
        verdict = scanner.scan(shelf.pieces(upload))
    except ScannerAway as away:
        raise UploadRefused(_("病毒检查暂时不能用，请过几分钟再上传；着急的可以带原件到窗口办理。")) from away
    if verdict is Verdict.INFECTED:
        raise UploadRefused(_("这个文件里发现了病毒，没有保存。请换一个文件，并给您的设备杀毒。"))
    return Scan.CLEAN


@transaction.atomic
def _record(
    actor: Actor, draft_id: UUID, field: str, arrived: Arrived, kind: FileKind, digest: str, scan: Scan, now: datetime
) -> UUID:
    draft = draft_for(actor, draft_id, now=now, lock=True)
    asked = asked_for(actor, draft, field, now)
    if kind not in asked.accept:
        told = _("这里请上传 %(kinds)s 文件。") % {"kinds": "、".join(asked.accept)}
        raise UploadRefused(told)
    check_room(draft, asked, arrived.size_bytes, now)
    upload = Upload(
        pk=arrived.id, draft=draft, field=field, kind=kind, size_bytes=arrived.size_bytes, sha256=digest, scan=scan
    )
    upload.sealed_name = keys.keyring().seal(safe_name(arrived.name, kind).encode(), context=upload.seal_context)
    upload.uploaded_at = now
    upload.save(force_insert=True)
    draft.revision += 1
    draft.save(update_fields=["revision"])
    return upload.pk


def asked_for(actor: Actor, draft: Draft, name: str, now: datetime) -> Field:
    """Return the field of an open draft that takes files. Raises: DraftNotFound."""
    form = standing(actor, draft, today=timezone.localdate(now)).offer.form if draft.is_open else None
    found = next((one for one in form.fields if one.name == name and one.kind is Kind.FILE), None) if form else None
    if found is None:
        raise DraftNotFound
    return found


def check_room(draft: Draft, asked: Field, size_bytes: int, now: datetime) -> None:
    """Raises: UploadRefused where one file more is too many or too much."""
    most = int(bounds_of(asked, timezone.localdate(now)).most)
    if draft.uploads.filter(field=asked.name).count() >= most:
        raise UploadRefused(_("这里最多上传 %(most)s 个文件，请先删去不需要的。") % {"most": most})
    used = draft.uploads.aggregate(total=Sum("size_bytes"))["total"] or 0
    if used + size_bytes > MOST_BYTES_OF_A_DRAFT:
        raise UploadRefused(_("这份申请的附件合计不能超过 100 MB，请压缩后再上传。"))
