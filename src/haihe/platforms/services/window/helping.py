"""What helpers and those they help see; and the seat that a consent gives for one item and one person."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from haihe.base.accounts.api import Actor
from haihe.platforms.services.api import TakenIn, taken_in
from haihe.platforms.services.forms import api as forms
from haihe.platforms.services.items.api import ItemDefinition
from haihe.platforms.services.window import pages
from haihe.platforms.services.window.errors import NotFound
from haihe.platforms.services.window.models import Assistance

_MOST = 50


@dataclass(frozen=True, slots=True)
class HelpRow:
    """One time that somebody was helped."""

    row: Assistance
    item: ItemDefinition | None
    number: str
    case: TakenIn | None
    is_open: bool

    @property
    def name(self) -> str:
        return str(self.item.name) if self.item else self.row.item_slug


def has_consent(actor: Actor, _authority: str, slug: str, subject: bytes | None, now: datetime) -> bool:
    """Say whether somebody (this very person, where one is named) agreed that the actor acts for them in the item."""
    if actor.user_id is None:
        return False
    held = Assistance.objects.filter(helper=actor.user_id, item_slug=slug, ended_at=None, valid_until__gt=now)
    return (held if subject is None else held.filter(person_key=subject)).exists()


def around_help(actor: Actor, draft: UUID, now: datetime) -> forms.Beside | None:
    """Return the help that a draft belongs to, for its helper."""
    found = Assistance.objects.filter(draft=draft, helper=actor.user_id).first() if actor.user_id else None
    if found is None:
        return None
    page = help_row(found, actor, now=now)
    return forms.Beside("window/parts/helped.html", page, reverse("window:help-one", args=[found.pk]))


def help_rows(actor: Actor, *, now: datetime) -> list[HelpRow]:
    """Return whom the actor helped, the newest first."""
    if actor.user_id is None:
        return []
    return [help_row(row, actor, now=now) for row in Assistance.objects.filter(helper=actor.user_id)[:_MOST]]


def help_of(actor: Actor, assistance_id: UUID) -> Assistance:
    """Return a help of the actor's own. Raises: NotFound."""
    found = Assistance.objects.filter(pk=assistance_id, helper=actor.user_id).first() if actor.user_id else None
    if found is None:
        raise NotFound
    return found


def helped(actor: Actor) -> "QuerySet[Assistance]":
    """Return when the actor was helped, for themselves to see."""
    if actor.subject_key is None:
        return Assistance.objects.none()
    return Assistance.objects.filter(person_key=actor.subject_key)[:_MOST]


def help_row(row: Assistance, actor: Actor, *, now: datetime) -> HelpRow:
    number = row.case_number or (forms.cases_of([row.draft]).get(row.draft, "") if row.draft else "")
    today: date = timezone.localdate(now)
    return HelpRow(
        row=row,
        item=pages.item_of(row.item_slug, today=today),
        number=number,
        case=taken_in(actor, number, now=now) if number else None,
        is_open=row.ended_at is None and row.valid_until > now and not number,
    )
