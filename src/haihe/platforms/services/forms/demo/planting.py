"""Publish, feed, open and grant by the operations that people use; what is there already is left as it is."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from uuid import NAMESPACE_OID, uuid5

from django.db import transaction

from haihe.base.accounts.api import Actor, Role, actor_for
from haihe.city.cast import CAST
from haihe.data.matching.demo.laying import code_of, feed, register
from haihe.data.sharing import api as sharing
from haihe.platforms.services.forms.demo.entries import (
    GRANTS,
    INDEXED,
    NEW_ENTRIES,
    SERVICES,
    Opened,
    register_file,
)


def plant(*, scale: float, now: datetime, progress: Callable[[str, float], None]) -> None:
    """Plant what isn't there yet; the same at every scale."""
    for entry in NEW_ENTRIES:
        progress(entry.title, 0.1)
        register(entry, now=now)
        code = code_of(entry.owner, entry.title)
        feed(code, entry.owner, "form-register", _file(entry.title), indexed=INDEXED, now=now)
    for opened in SERVICES:
        _open(opened, now)
    for done, application in enumerate(GRANTS):
        progress(application.item, 0.4 + 0.6 * done / len(GRANTS))
        _grant(application, now)


def _file(title: str) -> Callable[[dict[str, str]], BytesIO]:
    return lambda columns: register_file(title, columns)


def _open(opened: Opened, now: datetime) -> None:
    if sharing.service(opened.slug) is None:
        steward = _office(Role.STEWARD, opened.owner, now=now)
        sharing.open_service(actor=steward, service=opened.service(code_of(opened.owner, opened.register)), now=now)


def _office(role: Role, organisation: str, *, now: datetime) -> Actor:
    """Return who of the cast holds the role there; where nobody does, somebody of the office without an account."""
    for person in CAST:
        if (role, organisation) in person.memberships:
            return actor_for(person.username, now=now)
    made = uuid5(NAMESPACE_OID, f"haihe-demo:{role}:{organisation}")
    return Actor(made, "演示经办人", frozenset({(str(role), organisation)}))


@transaction.atomic
def _grant(application: sharing.Application, now: datetime) -> None:
    applicant = application.applicant
    if any(application.purpose in one.purposes for one in sharing.grants_for(applicant, application.service)):
        return
    steward = _office(Role.STEWARD, applicant, now=now)
    request = sharing.request_sharing(actor=steward, application=application, now=now)
    service = sharing.service(application.service)
    owner = service.owner if service else ""
    for organisation, name in ((applicant, "approve_by_office"), (owner, "approve")):
        sharing.move_request(
            actor=_office(Role.APPROVER, organisation, now=now), request_id=request, name=name, now=now
        )
    _platform_of(applicant, now)


def _platform_of(organisation: str, now: datetime) -> None:
    """See that our platforms can ask in the organisation's name. Nobody needs to see the secret."""
    if sharing.has_platform(organisation):
        return
    sharing.register_client(
        actor=_office(Role.STEWARD, organisation, now=now),
        organisation=organisation,
        client_id=f"platform-{organisation}",
        title="政务服务平台（表单预填和办件核验）",
        is_platform=True,
        now=now,
    )
