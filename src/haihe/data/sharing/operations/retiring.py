"""What an entry's retirement ends: its services stop, grants and open requests end, and everybody concerned is told."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import SYSTEM
from haihe.data.catalogue import api as catalogue
from haihe.data.sharing.models import Grant, Service, SharingRequest
from haihe.data.sharing.operations.granting import end_grants_with_resource
from haihe.data.sharing.operations.handling import end_requests_with_resource
from haihe.data.sharing.operations.moving import LONGEST_WORDS
from haihe.data.sharing.operations.services import set_service
from haihe.data.sharing.operations.stopping import end_with_resource
from haihe.data.sharing.telling_retired import tell_retired
from haihe.data.sharing.workflow import OPEN_REQUESTS


@dataclass(slots=True)
class Ended:
    """What one retirement ended."""

    services: list[Service] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)
    requests: int = 0


@transaction.atomic
def resource_retired(*, resource: str, reason: str, now: datetime) -> Ended:
    """End what rests on the entry, now; harmless to run again. One that was published anew meanwhile keeps it all.

    Locks services before requests before grants: whoever approves meanwhile is waited for, and what they made ends too.
    """
    ended = Ended()
    if catalogue.resource(resource) is not None:
        return ended
    words = (_("资源下线：%(reason)s") % {"reason": reason})[:LONGEST_WORDS]
    for service in Service.objects.select_for_update().filter(resource=resource).order_by("pk"):
        if service.enabled:
            set_service(SYSTEM, service, enabled=False, reason=words, now=now)
            ended.services.append(service)
        end_with_resource(service, now=now)
        ended.requests += end_requests_with_resource(service, words=words, now=now)
        ended.grants += end_grants_with_resource(service, words=words, now=now)
    tell_retired(resource, services=ended.services, grants=ended.grants, requests=ended.requests, now=now)
    return ended


def end_what_retirement_left(*, now: datetime) -> int:
    """End what still rests on a retired entry: it was retired before this program heard of such, or while a request was
    being handed in. Return how many entries those were."""
    live = Service.objects.filter(enabled=True).values_list("resource", flat=True)
    asked = SharingRequest.objects.filter(state__in=OPEN_REQUESTS).values_list("service__resource", flat=True)
    left = catalogue.retired_among(set(live.order_by().union(asked.order_by()).order_by()))
    for resource, reason in left.items():
        resource_retired(resource=resource, reason=reason, now=now)
    return len(left)
