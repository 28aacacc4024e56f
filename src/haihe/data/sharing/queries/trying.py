"""Under which grants a steward may try a call."""

from django.db.models import QuerySet

from haihe.base.accounts.api import Actor, Role
from haihe.data.sharing.models import Grant, Service
from haihe.data.sharing.queries.access import visible_grants
from haihe.data.sharing.workflow import GrantState


def grants_to_try(actor: Actor, service: Service) -> QuerySet[Grant]:
    """Return the grants under which one's department may ask the service by hand, those in force first."""
    mine = visible_grants(actor).filter(organisation__in=actor.organisations(Role.STEWARD), service=service)
    return mine.filter(state__in=(GrantState.ACTIVE, GrantState.SUSPENDED)).order_by("state", "-valid_from")
