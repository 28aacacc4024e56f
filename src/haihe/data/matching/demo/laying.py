"""Lay down the demo's comparisons by the operations that people use; what is there already is left as it is."""

import logging
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import IO, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from haihe.base.accounts.api import SYSTEM, Actor, Role
from haihe.city.cast import CIVIL_AFFAIRS, DISABLED_PERSONS_FEDERATION, HOUSING_FUND_CENTRE, SOCIAL_SECURITY
from haihe.data.catalogue import api as catalogue
from haihe.data.exchange import api as exchange
from haihe.data.matching.demo import entries
from haihe.data.matching.demo.entries import PERMISSIONS, Permission
from haihe.data.matching.demo.people import office, plant_people
from haihe.data.matching.demo.registers import codes_used, register_file
from haihe.data.matching.models import MatchModel
from haihe.data.matching.operations.modelling import move_version, write_model
from haihe.data.sharing import api as sharing

logger = logging.getLogger(__name__)
_STEPS: Final = (
    (Role.STEWARD, "submit"),
    (Role.APPROVER, "approve"),
    (Role.STEWARD, "submit_for_publication"),
    (Role.OPERATOR, "publish"),
)
_FED: Final = {
    "FAMILIES": (CIVIL_AFFAIRS, entries.FAMILIES.title, "families"),
    "DEATHS": (CIVIL_AFFAIRS, entries.DEATHS.title, "deaths"),
    "BURDENS": (entries.BURDENS.owner, entries.BURDENS.title, "burdens"),
    "INCOMES": (entries.INCOMES.owner, entries.INCOMES.title, "incomes"),
    "INSURANCE": (*entries.INSURANCE, "insurance"),
    "ACCOUNTS": (*entries.ACCOUNTS, "accounts"),
    "DISABILITY": (*entries.DISABILITY, "disability"),
}
MODELS: Final = (
    ("uninsured_families", SOCIAL_SECURITY),
    ("fund_without_insurance", HOUSING_FUND_CENTRE),
    ("deceased_on_relief", CIVIL_AFFAIRS),
    ("income_over_the_limit", CIVIL_AFFAIRS),
    ("two_kinds_of_support", CIVIL_AFFAIRS),
    ("disabled_persons_status", DISABLED_PERSONS_FEDERATION),
)


def lay_down(*, now: datetime) -> None:
    """Raises: DemoNotLaid where a register can't be published."""
    plant_people(now=now)
    for entry in entries.NEW_ENTRIES:
        register(entry, now=now)
    codes = {name: code_of(owner, title) for name, (owner, title, _table) in _FED.items()} | {"RELIEF": "120012/000001"}
    for name, (owner, _title, table) in _FED.items():
        _feed(codes[name], owner, table, now)
    for permission in PERMISSIONS:
        permit(permission, PERMISSIONS, now=now)
    for name, organisation in MODELS:
        _model(name, organisation, codes, now)


class DemoNotLaid(Exception):
    """A register of the demo wasn't good enough to publish, which it is made to be."""


@transaction.atomic
def register(entry: catalogue.NewResource, *, now: datetime) -> None:
    """Publish an entry of the catalogue, unless it is there."""
    if _published(entry.owner, entry.title) is not None:
        return
    steward = office(Role.STEWARD, entry.owner, now=now)
    code = catalogue.register_resource(actor=steward, entry=entry, now=now)
    for role, name in _STEPS:
        actor = _operator(now) if role == Role.OPERATOR else office(role, entry.owner, now=now)
        catalogue.move_resource(actor=actor, code=code, name=name, now=now)


def _operator(now: datetime) -> Actor:
    return office(Role.OPERATOR, "120001", now=now)


def code_of(owner: str, title: str) -> str:
    """Raises: DemoNotLaid."""
    found = _published(owner, title)
    if found is None:
        raise DemoNotLaid(f"{title} is not in the catalogue")
    return found.code


def _published(owner: str, title: str) -> catalogue.ResourceEntry | None:
    return next((one for one in catalogue.published_resources(owner=owner) if one.title == title), None)


def _feed(code: str, owner: str, table: str, now: datetime) -> None:
    today = timezone.localdate(now)
    feed(
        code,
        owner,
        table,
        lambda titles: register_file(table, titles, folder=city_folder(), today=today),
        codes_used=lambda field: codes_used(table, field, folder=city_folder(), today=today),
        now=now,
    )


def feed(
    code: str,
    owner: str,
    name: str,
    file: Callable[[dict[str, str]], IO[bytes]],
    *,
    codes_used: Callable[[str], list[str]] = lambda _: [],
    indexed: Collection[str] = (),
    now: datetime,
) -> None:
    """Publish a register as its department hands it over, unless it has a snapshot.

    `file` makes it of the titles of its columns by their fields. Raises: DemoNotLaid.
    """
    if exchange.latest_snapshot(code) is not None:
        return
    titles = exchange.agree_on_rules(SYSTEM, code, codes_used=codes_used, indexed=indexed, now=now)
    actor = Actor(None, "演示经办人", frozenset({(str(Role.STEWARD), owner)}))
    run = exchange.receive_file(actor, code, f"{name}.csv", file(titles), now=now, inline=True)
    if run.state != "PUBLISHED":
        raise DemoNotLaid(f"{code}: {run.outcome_code} {run.outcome}")


def city_folder() -> Path:
    """Return where the demo city lies."""
    return Path(settings.HAIHE.data_dir) / "city"


def permit(permission: Permission, among: Sequence[Permission], *, now: datetime) -> None:
    """Open the service with the fields that `among` ask of it, and grant this one, unless that is done."""
    code = code_of(permission.owner, permission.title)
    owner = office(Role.STEWARD, permission.owner, now=now)
    if sharing.service(permission.slug) is None:
        wanted = {name for one in among if one.slug == permission.slug for name in one.fields}
        every = tuple(one.field for one in exchange.stored_columns(code) or () if one.field in wanted)
        sharing.open_service(actor=owner, service=permission.service(code, every), now=now)
    if any(permission.purpose in one.purposes for one in sharing.grants_for(permission.applicant, permission.slug)):
        return
    with transaction.atomic():
        steward = office(Role.STEWARD, permission.applicant, now=now)
        request = sharing.request_sharing(actor=steward, application=permission.application(), now=now)
        for organisation, name in ((permission.applicant, "approve_by_office"), (permission.owner, "approve")):
            actor = office(Role.APPROVER, organisation, now=now)
            sharing.move_request(actor=actor, request_id=request, name=name, now=now)
        grant = next(one.id for one in sharing.grants_for(permission.applicant, permission.slug))
        sharing.move_grant(actor=owner, grant_id=grant, name="hand_over", words="已按授权范围提供批量比对", now=now)
        sharing.move_grant(actor=steward, grant_id=grant, name="confirm_receipt", words="已收到", now=now)


def _model(name: str, organisation: str, codes: dict[str, str], now: datetime) -> None:
    text = (files("haihe.data.matching.demo") / "models" / f"{name}.toml").read_text("utf-8")
    title = text.partition('"')[2].partition('"')[0]
    if MatchModel.objects.filter(organisation=organisation, title=title).exists():
        return
    for word, code in codes.items():
        text = text.replace(f'"{word}"', f'"{code}"')
    steward, approver = (office(role, organisation, now=now) for role in (Role.STEWARD, Role.APPROVER))
    with transaction.atomic():
        number = write_model(actor=steward, organisation=organisation, text=text, now=now)
        version = MatchModel.objects.get(number=number).versions.get()
        move_version(actor=steward, version_id=version.pk, name="submit", now=now)
        move_version(actor=approver, version_id=version.pk, name="confirm", now=now)
