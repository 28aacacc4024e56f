"""Take a file in parts, so that a line that breaks costs the last of them and not the whole.

Each part is sealed and on the disk before it is counted. What is whole goes the way of every upload: judged by its
content, looked at for viruses, made part of the draft; or it is gone.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor
from haihe.base.keys import api as keys
from haihe.platforms.services.forms import shelf
from haihe.platforms.services.forms.errors import DraftNotFound, UploadRefused, WrongPart
from haihe.platforms.services.forms.models import Draft, PartialUpload, Upload
from haihe.platforms.services.forms.operations.uploading import (
    MOST_BYTES,
    Arrived,
    add_upload,
    asked_for,
    check_room,
)
from haihe.platforms.services.forms.queries import draft_for

KEPT_FOR: Final = timedelta(days=1)
MOST_OF_A_PERSON: Final = 20
"""Files under way at a time, of all their drafts."""
MOST_PART_BYTES: Final = 1024 * 1024
_LONGEST_NAME: Final = 255
_JUDGED_WITHIN: Final = timedelta(hours=1)
_AT_A_TIME: Final = 200


@dataclass(frozen=True, slots=True)
class Arriving:
    """How far a file has come. `is_taken`: it is part of the draft, whose `revision` this is."""

    id: UUID
    offset: int
    size_bytes: int
    is_taken: bool
    expires_at: datetime | None
    revision: int


@transaction.atomic
def begin_upload(*, actor: Actor, draft_id: UUID, field: str, name: str, size_bytes: int, now: datetime) -> Arriving:
    """Announce a file for a field. Raises: DraftNotFound, UploadRefused."""
    draft = draft_for(actor, draft_id, now=now, lock=True)
    asked = asked_for(actor, draft, field, now)
    if size_bytes > MOST_BYTES:
        raise UploadRefused(_("文件不能超过 10 MB。照片请用手机的“较小尺寸”发送，PDF 请压缩后再上传。"))
    if not size_bytes:
        raise UploadRefused(_("这个文件是空的，请重新选择。"))
    check_room(draft, asked, size_bytes, now)
    under_way = PartialUpload.objects.filter(draft__owner=draft.owner, expires_at__gt=now)
    if under_way.count() >= MOST_OF_A_PERSON:
        raise UploadRefused(_("没有传完的文件太多了，请先传完或取消，再上传新的。"))
    part = PartialUpload(draft=draft, field=field, size_bytes=size_bytes, begun_at=now, expires_at=now + KEPT_FOR)
    part.sealed_name = keys.keyring().seal(name[:_LONGEST_NAME].encode(), context=part.seal_context)
    part.save(force_insert=True)
    return _arriving(part, draft)


def standing_of(*, actor: Actor, draft_id: UUID, upload_id: UUID, now: datetime) -> Arriving:
    """Return how far a file of one's own has come. Raises: DraftNotFound."""
    draft = draft_for(actor, draft_id, now=now)
    part = draft.partial_uploads.filter(pk=upload_id, expires_at__gt=now).first()
    if part is not None:
        return _arriving(part, draft)
    taken = Upload.objects.filter(pk=upload_id, draft=draft).first()
    if taken is None:
        raise DraftNotFound
    return Arriving(
        taken.pk, taken.size_bytes, taken.size_bytes, is_taken=True, expires_at=None, revision=draft.revision
    )


def take_part(*, actor: Actor, draft_id: UUID, upload_id: UUID, offset: int, data: bytes, now: datetime) -> Arriving:
    """Write a part down; with the last one the file is judged and becomes part of the draft, or is gone.

    Parts are whole pieces of `shelf.PIECE_BYTES`, but for the last. Raises: DraftNotFound, WrongPart, UploadRefused.
    """
    part = _write(actor, draft_id, upload_id, offset, data, now)
    if part.finished_at is None:
        return _arriving(part, part.draft)
    try:
        arrived = Arrived(
            part.pk, keys.keyring().open(bytes(part.sealed_name), context=part.seal_context).decode(), part.size_bytes
        )
        add_upload(actor=actor, draft_id=draft_id, field=part.field, arrived=arrived, now=now)
    finally:
        PartialUpload.objects.filter(pk=upload_id).delete()
    return standing_of(actor=actor, draft_id=draft_id, upload_id=upload_id, now=now)


@transaction.atomic
def abandon_upload(*, actor: Actor, draft_id: UUID, upload_id: UUID, now: datetime) -> None:
    """Give up a file that is under way. Raises: DraftNotFound, also for one that is being judged."""
    part = _locked(draft_for(actor, draft_id, now=now), upload_id, now)
    if part.finished_at is not None:
        raise DraftNotFound
    part.delete()
    transaction.on_commit(lambda: shelf.forget(upload_id))


@transaction.atomic
def forget_parts(*, now: datetime) -> int:
    """Remove files that nobody went on with, and those whose judge died; return how many."""
    late = PartialUpload.objects.select_for_update(skip_locked=True).filter(expires_at__lte=now - _JUDGED_WITHIN)
    rows = list(late.order_by("expires_at")[:_AT_A_TIME])
    taken = set(Upload.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    for row in rows:
        upload = row.pk
        row.delete()
        if upload not in taken:
            transaction.on_commit(partial(shelf.forget, upload))
    return len(rows)


@transaction.atomic
def _write(actor: Actor, draft_id: UUID, upload_id: UUID, offset: int, data: bytes, now: datetime) -> PartialUpload:
    draft = draft_for(actor, draft_id, now=now)
    part = _locked(draft, upload_id, now)
    end = offset + len(data)
    is_last = end == part.size_bytes
    is_whole = is_last or len(data) % shelf.PIECE_BYTES == 0
    if (
        part.finished_at is not None
        or offset != part.received_bytes
        or not data
        or end > part.size_bytes
        or not is_whole
    ):
        raise WrongPart(part.received_bytes)
    shelf.append(part.pk, offset=offset, data=data, is_last=is_last)
    part.received_bytes = end
    # Whoever writes the last part is the one who judges the file.
    part.finished_at = now if is_last else None
    part.save(update_fields=["received_bytes", "finished_at"])
    return part


def _locked(draft: Draft, upload_id: UUID, now: datetime) -> PartialUpload:
    rows = draft.partial_uploads.select_for_update().select_related("draft") if draft.is_open else None
    part = rows.filter(pk=upload_id, expires_at__gt=now).first() if rows is not None else None
    if part is None:
        raise DraftNotFound
    return part


def _arriving(part: PartialUpload, draft: Draft) -> Arriving:
    size, received = part.size_bytes, part.received_bytes
    return Arriving(part.pk, received, size, is_taken=False, expires_at=part.expires_at, revision=draft.revision)
