"""Hand several applications over that one form holds: a case for each item chosen, with what its own form asks for and
nothing else; all of them or none.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor
from haihe.base.keys import api as keys
from haihe.platforms.services.forms import ports, shelf
from haihe.platforms.services.forms.cleaning import Cleaned
from haihe.platforms.services.forms.content import Content
from haihe.platforms.services.forms.errors import Changed, FormsError, Incomplete
from haihe.platforms.services.forms.fields import Kind
from haihe.platforms.services.forms.models import Draft, Upload
from haihe.platforms.services.forms.operations import sending
from haihe.platforms.services.forms.operations.proving import proofs_for
from haihe.platforms.services.forms.operations.sending import Sent
from haihe.platforms.services.forms.parties import is_signed_by
from haihe.platforms.services.forms.ports import Application, Bound, Received, Share
from haihe.platforms.services.forms.queries import Standing, draft_for, name_of, standing
from haihe.platforms.services.forms.signing import digest_of
from haihe.platforms.services.forms.telling import tell_both
from haihe.platforms.services.forms.together import SIGNATURE, chosen, share_values


@dataclass(frozen=True, slots=True)
class _Part:
    """What one item was handed: as if its own form had been filled in, with the files that go with it."""

    draft: Draft
    uploads: list[Upload]
    application: Application
    received: Received


@dataclass
class _Files:
    """The files of the whole form: the first who asks for one takes it along, everybody else a copy of their own."""

    uploads: tuple[Upload, ...]
    taken: set[UUID] = field(default_factory=set)
    copied: list[UUID] = field(default_factory=list)

    def take(self, ids: list[str], draft: Draft, name: str) -> list[Upload]:
        mine = [self._one(upload) for upload in self.uploads if str(upload.pk) in ids]
        for upload in mine:
            upload.draft, upload.field = draft, name
        return mine

    def _one(self, upload: Upload) -> Upload:
        if upload.pk not in self.taken:
            self.taken.add(upload.pk)
            return upload
        copied = Upload(pk=uuid4(), kind=upload.kind, size_bytes=upload.size_bytes, sha256=upload.sha256)
        copied.scan, copied.uploaded_at = upload.scan, upload.uploaded_at
        copied.sealed_name = keys.keyring().seal(name_of(upload).encode(), context=copied.seal_context)
        shelf.copy(upload.pk, copied.pk)
        self.copied.append(copied.pk)
        return copied


def send(*, actor: Actor, draft_id: UUID, revision: int, now: datetime) -> Sent:
    """Hand a draft over: as one application, or as those of all items chosen in it. Sent again, it is the same.

    Raises: DraftNotFound, Changed, Incomplete, FormsError.
    """
    draft = draft_for(actor, draft_id, now=now)
    offer = ports.offer(draft.item_slug, on=timezone.localdate(now))
    if offer is None or not offer.shares:
        return sending.send(actor=actor, draft_id=draft_id, revision=revision, now=now)
    return _send(actor, draft_id, revision, now)


@transaction.atomic
def _send(actor: Actor, draft_id: UUID, revision: int, now: datetime) -> Sent:
    draft = draft_for(actor, draft_id, now=now, lock=True)
    if not draft.is_open:
        return Sent(draft.case_number, draft.case_url)
    if revision != draft.revision:
        raise Changed
    found = standing(actor, draft, today=timezone.localdate(now))
    shares = _checked(found, now)
    with _files_of(draft) as files:
        parts = _hand_over(found, shares, files, actor, now)
        received = _bind(found, parts, actor, now)
        for part in parts:
            sending.close(part.draft, part.application, part.received, now)
            tell_both(part.application, actor=actor, received=part.received, now=now)
            for upload in part.uploads:
                upload.save()
        sending.close(draft, _whole(found, parts), received, now)
    return Sent(received.number, received.url)


@contextmanager
def _files_of(draft: Draft) -> Iterator[_Files]:
    """Leave no copy on the shelf where nothing comes of it."""
    files = _Files(tuple(draft.uploads.all()))
    try:
        yield files
    except BaseException:
        for copied in files.copied:
            shelf.forget(copied)
        raise


def _checked(found: Standing, now: datetime) -> tuple[Share, ...]:
    """See that the whole form is filled in and something chosen. Raises: Changed, Incomplete, FormsError."""
    form, values = found.offer.form, found.values
    if found.draft.item_version != found.offer.version:
        raise Changed
    if unfinished := found.first_unfinished:
        raise Incomplete(unfinished)
    if found.cleaned.errors or not form.accepts(values, today=timezone.localdate(now)):
        raise Incomplete(form.sections[0].name)
    shares = chosen(found.offer.shares, values)
    if not shares:
        raise FormsError(_("请至少选一件要办的事。"))
    return shares


def _hand_over(found: Standing, shares: tuple[Share, ...], files: _Files, actor: Actor, now: datetime) -> list[_Part]:
    """Hand each share over, in the form's order: the number of one case may be what the next is told."""
    parts, numbers = list[_Part](), dict[str, str]()
    for share in shares:
        try:
            part = _part(found, share, numbers, files, actor, now)
            _check_applicant(part, parts)
        except FormsError as refused:
            told = _("事项《%(item)s》：%(told)s") % {"item": share.offer.name, "told": refused.message}
            raise FormsError(told) from refused
        numbers[share.offer.slug] = part.received.number
        parts.append(part)
    return parts


def _part(found: Standing, share: Share, numbers: dict[str, str], files: _Files, actor: Actor, now: datetime) -> _Part:
    today = timezone.localdate(now)
    cleaned = share_values(share, found.values, today=today, numbers=numbers)
    draft = _draft_for(found.draft, share)
    uploads, values, by_field = list[Upload](), dict(cleaned.values), dict[str, list[str]]()
    for one in share.offer.form.fields:
        if one.kind is Kind.FILE and one.name in values:
            mine = files.take(values[one.name], draft, one.name)
            values[one.name] = by_field[one.name] = [str(upload.pk) for upload in mine]
            uploads += mine
    part = Standing(draft, share.offer, _content(found, share), Cleaned(values, cleaned.errors), found.person)
    sending.check(part, now)
    _check_signature(found, part)
    digests = {str(upload.pk): upload.sha256 for upload in uploads}
    application = sending.application_of(part, by_field, digests)
    return _Part(draft, uploads, application, sending.hand_over(application, actor, now))


def _draft_for(whole: Draft, share: Share) -> Draft:
    """Return what the item's own draft would have been: it keeps the files and the receipt of its case."""
    return Draft(
        id=uuid5(whole.pk, share.offer.slug),
        item_slug=share.offer.slug,
        item_version=share.offer.version,
        channel=whole.channel,
        owner=whole.owner,
        organisation=share.offer.authority,
        begun_at=whole.begun_at,
        saved_at=whole.saved_at,
        expires_at=whole.expires_at,
    )


def _content(found: Standing, share: Share) -> Content:
    """Return what registers said to this item's authority, and to no other."""
    slug, known = share.offer.slug, found.content.known
    mine = {name: known[whole] for name, whole in share.names.items() if whole in known and known[whole].item == slug}
    return Content(known=mine, proofs=proofs_for(found.content.proofs, slug))


def _check_signature(found: Standing, part: Standing) -> None:
    """One signature stands under all: whoever signed applies in each."""
    if not is_signed_by(part.values, str(found.values.get(SIGNATURE, "")), part.person):
        raise FormsError(_("签名和这件事的申请人不一致，请核对后重新签名。"))


def _check_applicant(part: _Part, others: list[_Part]) -> None:
    """What was drawn by hand names nobody, so it has to be the same person everywhere."""
    if others and part.application.applicant != others[0].application.applicant:
        raise FormsError(_("签名和这件事的申请人不一致，请核对后重新签名。"))


def _bind(found: Standing, parts: list[_Part], actor: Actor, now: datetime) -> Received:
    bind = ports.binder()
    if bind is None:
        raise FormsError(_("现在还不能在网上提交，草稿已保存；请稍后再试，或到窗口办理。"))
    cases = tuple(part.received.number for part in parts)
    return bind(Bound(found.offer.slug, found.draft.pk, found.draft.channel, cases), actor, now)


def _whole(found: Standing, parts: list[_Part]) -> Application:
    """Return the form as its receipt tells of it: the digest is over those of all its parts."""
    said: dict[str, Any] = {
        "application": str(found.draft.pk),
        "item": found.offer.slug,
        "version": found.offer.version,
        "parts": {part.application.item_slug: part.application.digest for part in parts},
    }
    return Application(
        item_slug=found.offer.slug,
        item_version=found.offer.version,
        applicant=parts[0].application.applicant,
        on_behalf_of=None,
        values={},
        uploads={},
        channel=found.draft.channel,
        token=found.draft.pk,
        digest=digest_of(said),
    )
