"""Row by row: who may know of a request, grant, client or correction, and in which part they may act on it.

What somebody may not know of doesn't exist for them: the queries leave it out, and looking it up raises NotFound.
"""

from uuid import UUID

from django.db.models import Model, Q, QuerySet

from haihe.base.accounts.api import SYSTEM, Actor, Role
from haihe.data.catalogue import api as catalogue
from haihe.data.sharing.errors import NotFound
from haihe.data.sharing.models import Client, Correction, Disposal, Dispute, Grant, Service, ServiceStop, SharingRequest
from haihe.data.sharing.workflow import Part

_OFFICE = (Role.STEWARD, Role.APPROVER)


def sees_all(actor: Actor) -> bool:
    """True for the sharing authority and the auditor; they see every row and move few."""
    return actor is SYSTEM or actor.has(Role.OPERATOR) or actor.has(Role.AUDITOR)


def visible_requests(actor: Actor) -> QuerySet[SharingRequest]:
    """Return the requests of one's own department, and those to it once the applicant's head has approved."""
    rows = SharingRequest.objects.select_related("service")
    if sees_all(actor):
        return rows
    mine = actor.organisations(*_OFFICE)
    return rows.filter(Q(applicant__in=mine) | Q(owner__in=mine, office_approved_at__isnull=False))


def visible_grants(actor: Actor) -> QuerySet[Grant]:
    """Return the grants that one's department holds or gave."""
    rows = Grant.objects.select_related("service", "request__renews")
    if sees_all(actor):
        return rows
    mine = actor.organisations(*_OFFICE)
    return rows.filter(Q(organisation__in=mine) | Q(owner__in=mine))


def visible_clients(actor: Actor) -> QuerySet[Client]:
    """Return the systems of one's own department."""
    rows = Client.objects.all()
    return rows if sees_all(actor) else rows.filter(organisation__in=actor.organisations(*_OFFICE))


def visible_corrections(actor: Actor) -> QuerySet[Correction]:
    """Return reports about one's department's data, about what one's department was told, and about oneself."""
    rows = Correction.objects.all()
    if sees_all(actor):
        return rows
    mine = actor.organisations(*_OFFICE)
    wanted = Q(owner__in=mine) | Q(consumer__in=mine)
    if actor.user_id is not None:
        wanted |= Q(reporter=actor.user_id)
    if actor.subject_key is not None and actor.has(Role.CITIZEN):
        wanted |= Q(subject_key=actor.subject_key)
    return rows.filter(wanted)


def visible_services(actor: Actor) -> QuerySet[Service]:
    """Return the services: for officials those that are open, and in any case those that their own department offers
    or was granted."""
    rows = Service.objects.all()
    if sees_all(actor):
        return rows
    mine = actor.organisations(*_OFFICE)
    granted = Grant.objects.filter(organisation__in=mine).values("service")
    return rows.filter(Q(enabled=True) | Q(owner__in=mine) | Q(pk__in=granted))


def request_for(actor: Actor, request_id: UUID) -> SharingRequest:
    """Raises: NotFound."""
    return _one(visible_requests(actor).filter(pk=request_id))


def grant_for(actor: Actor, grant_id: UUID) -> Grant:
    """Raises: NotFound."""
    return _one(visible_grants(actor).filter(pk=grant_id))


def disposal_for(actor: Actor, disposal_id: UUID) -> Disposal:
    """Return the disposal of a grant that one may know of. Raises: NotFound."""
    rows = Disposal.objects.select_related("grant__service", "grant__request").filter(grant__in=visible_grants(actor))
    return _one(rows.filter(pk=disposal_id))


def visible_disputes(actor: Actor) -> QuerySet[Dispute]:
    """Return the disputes that one's department is a side of."""
    rows = Dispute.objects.select_related("request__service", "grant__service")
    if sees_all(actor):
        return rows
    mine = actor.organisations(*_OFFICE)
    return rows.filter(Q(applicant__in=mine) | Q(owner__in=mine))


def dispute_for(actor: Actor, number: str) -> Dispute:
    """Raises: NotFound."""
    return _one(visible_disputes(actor).filter(number=number))


def parts_on_dispute(actor: Actor, row: Dispute) -> frozenset[Part]:
    """Return the two sides' parts and the authority's; who sits in both departments is the opener."""
    if actor is SYSTEM:
        return frozenset({Part.SYSTEM})
    mine = actor.organisations(*_OFFICE)
    authority = {Part.AUTHORITY} if actor.has(Role.OPERATOR) else set[Part]()
    if row.opener in mine:
        return frozenset({Part.OPENER, *authority})
    return frozenset({Part.OTHER_SIDE, *authority} if row.other_side in mine else authority)


def visible_stops(actor: Actor) -> QuerySet[ServiceStop]:
    """Return the stops of one's own department's services, and of those that it uses."""
    rows = ServiceStop.objects.select_related("service")
    if sees_all(actor):
        return rows
    mine = actor.organisations(*_OFFICE)
    return rows.filter(Q(owner__in=mine) | Q(users__overlap=sorted(mine)))


def stop_for(actor: Actor, number: str) -> ServiceStop:
    """Raises: NotFound."""
    return _one(visible_stops(actor).filter(number=number))


def parts_on_stop(actor: Actor, row: ServiceStop) -> frozenset[Part]:
    """Return the owner's and the authority's parts, and the users' for any department that holds a grant."""
    mine = actor.organisations(*_OFFICE)
    user = next((code for code in row.users if code in mine), "")
    return _parts(actor, applicant=user, owner=row.owner)


def client_for(actor: Actor, client_id: str) -> Client:
    """Raises: NotFound."""
    return _one(visible_clients(actor).filter(client_id=client_id))


def correction_for(actor: Actor, number: str) -> Correction:
    """Raises: NotFound."""
    return _one(visible_corrections(actor).filter(number=number))


def service_for(actor: Actor, slug: str) -> Service:
    """Raises: NotFound."""
    return _one(visible_services(actor).filter(slug=slug))


def forms_of(service: Service) -> list[str]:
    """Return in which forms the service's data may be asked for: batches and files go by fields."""
    entry = catalogue.resource(service.resource)
    offered = entry.sharing_forms if entry else ()
    wanted = catalogue.SharingForm.values if service.is_query else [catalogue.SharingForm.SERVICE]
    return [form for form in wanted if form in offered]


def parts_on_request(actor: Actor, row: SharingRequest) -> frozenset[Part]:
    return _parts(actor, applicant=row.applicant, owner=row.owner)


def parts_on_grant(actor: Actor, row: Grant) -> frozenset[Part]:
    return _parts(actor, applicant=row.organisation, owner=row.owner)


def parts_on_correction(actor: Actor, row: Correction) -> frozenset[Part]:
    """Return the owner's and the authority's parts, and REPORTER for who reported it, who answers no own report."""
    if actor.user_id is not None and actor.user_id == row.reporter:
        return frozenset({Part.REPORTER})
    return _parts(actor, applicant="", owner=row.owner)


def _parts(actor: Actor, *, applicant: str, owner: str) -> frozenset[Part]:
    if actor is SYSTEM:
        return frozenset({Part.SYSTEM})
    held = {
        Part.APPLICANT_STEWARD: bool(applicant) and actor.has(Role.STEWARD, applicant),
        Part.APPLICANT_APPROVER: bool(applicant) and actor.has(Role.APPROVER, applicant),
        Part.OWNER_STEWARD: actor.has(Role.STEWARD, owner),
        Part.OWNER_APPROVER: actor.has(Role.APPROVER, owner),
        Part.AUTHORITY: actor.has(Role.OPERATOR),
    }
    return frozenset(part for part, is_held in held.items() if is_held)


def _one[M: Model](rows: QuerySet[M]) -> M:
    row = rows.first()
    if row is None:
        raise NotFound
    return row
