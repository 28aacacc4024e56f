"""Drafts as those may see them whose they are; and what a draft says now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, Role
from haihe.base.keys import api as keys
from haihe.city import api as city
from haihe.platforms.services.forms import ports
from haihe.platforms.services.forms.accounts import Person, person_of, with_account
from haihe.platforms.services.forms.cleaning import Cleaned
from haihe.platforms.services.forms.content import Content, content_of
from haihe.platforms.services.forms.definition import Form, clean
from haihe.platforms.services.forms.errors import DraftNotFound
from haihe.platforms.services.forms.fields import Kind
from haihe.platforms.services.forms.models import Draft, DraftState, Upload
from haihe.platforms.services.forms.ports import Offer


@dataclass(frozen=True, slots=True)
class Standing:
    """A draft with its form, and what it says when it is read now."""

    draft: Draft
    offer: Offer
    content: Content
    cleaned: Cleaned
    person: Person | None

    @property
    def values(self) -> dict[str, object]:
        return self.cleaned.values

    def complaints_in(self, section: str) -> dict[tuple[str | int, ...], str]:
        names = {field.name for field in self.offer.form.section(section).fields}
        return {path: told for path, told in self.cleaned.errors.items() if path[0] in names}

    @property
    def first_unfinished(self) -> str:
        """The first section with something missing or wrong; "" where all is well."""
        for section in self.offer.form.sections_for(self.values):
            if self.complaints_in(section.name):
                return section.name
        return ""


def own_drafts(actor: Actor, *, now: datetime) -> QuerySet[Draft]:
    """Return the drafts this person has open."""
    if actor.user_id is None:
        return Draft.objects.none()
    return Draft.objects.filter(owner=actor.user_id, state=DraftState.OPEN, expires_at__gt=now)


def open_draft(actor: Actor, slug: str, *, now: datetime) -> UUID | None:
    """Return the person's own open draft of an item on the phone."""
    return own_drafts(actor, now=now).filter(item_slug=slug, channel=ports.PHONE).values_list("pk", flat=True).first()


def draft_for(actor: Actor, draft_id: UUID, *, now: datetime, lock: bool = False) -> Draft:
    """Return the person's own draft, open or sent. Raises: DraftNotFound."""
    rows = Draft.objects.select_for_update() if lock else Draft.objects.all()
    found = rows.filter(pk=draft_id, owner=actor.user_id).first() if actor.user_id else None
    if found is None or (found.is_open and found.expires_at <= now):
        raise DraftNotFound
    return found


def upload_for(actor: Actor, upload_id: UUID) -> Upload:
    """Return a file of one's own draft or case; those who handle the case see it once it is sent.

    Raises: DraftNotFound.
    """
    desks = actor.organisations(Role.CLERK, Role.APPROVER)
    ours = Q(draft__owner=actor.user_id) | Q(draft__state=DraftState.SENT, draft__organisation__in=desks)
    found = Upload.objects.select_related("draft").filter(ours, pk=upload_id).first() if actor.user_id else None
    if found is None:
        raise DraftNotFound
    return found


def name_of(upload: Upload) -> str:
    return keys.keyring().open(bytes(upload.sealed_name), context=upload.seal_context).decode()


def standing(actor: Actor, draft: Draft, *, today: date) -> Standing:
    """Return what the draft says, read by the form in force. Raises: DraftNotFound if the item is gone."""
    offer = ports.offer(draft.item_slug, on=today)
    if offer is None:
        raise DraftNotFound
    content = content_of(draft)
    person = person_of(actor) if draft.channel == ports.PHONE else None
    raw = with_account(offer.form, content.raw, channel=draft.channel, person=person) | files_of(draft, offer)
    return Standing(draft, offer, content, _placed(offer.form, clean(offer.form, raw, today=today)), person)


def _placed(form: Form, cleaned: Cleaned) -> Cleaned:
    """Refuse places that the city doesn't have."""
    asked = [field.name for field in form.fields if field.kind is Kind.DIVISION and field.name in cleaned.values]
    unknown = [name for name in asked if city.division(cleaned.values[name]) is None]
    values = {name: value for name, value in cleaned.values.items() if name not in unknown}
    told = {(name,): _("本市没有这个区划，请重新选择。") for name in unknown}
    return Cleaned(values, cleaned.errors | told)


def would_ask(offer: Offer, *, now: datetime) -> tuple[ports.Asking, ...]:
    """Return what registers would be asked of the person who begins, to tell them before. Nobody is asked."""
    asker, found = ports.prefiller(), list[ports.Asking]()
    for one in [share.offer for share in offer.shares] or [offer]:
        wanted = {field.name: field.prefill for field in one.form.fields if field.prefill}
        if wanted and asker:
            found += asker.would_ask(wanted, authority=one.authority, item=one.slug, now=now)
    return tuple(dict.fromkeys(found))


def files_of(draft: Draft, offer: Offer) -> dict[str, list[str]]:
    """Return the ids of the draft's files by field; the form is the one who says which fields there are."""
    found: dict[str, list[str]] = {field.name: [] for field in offer.form.fields if field.kind is Kind.FILE}
    for upload in draft.uploads.all():
        if upload.field in found:
            found[upload.field].append(str(upload.pk))
    return found


def cases_of(drafts: Sequence[UUID]) -> dict[UUID, str]:
    """Return the number of the case that each of these drafts became; those still open are left out."""
    rows = Draft.objects.filter(pk__in=drafts, state=DraftState.SENT)
    return dict(rows.values_list("pk", "case_number"))
