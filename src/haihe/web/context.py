"""What every page's layout knows."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from haihe.base.accounts import api as accounts
from haihe.base.notices import api as notices
from haihe.web.navigation import PHONE, PUBLIC, WORK, Entry, Link, links_for


@dataclass(frozen=True, slots=True)
class Bell:
    """The way to one's notices; `unread` is counted to a hundred."""

    unread: int


def layout(request: HttpRequest) -> dict[str, Any]:
    """Give actor, menus and switches to the templates, each worked out only if a template asks."""
    return {
        "actor": SimpleLazyObject(partial(accounts.actor_of, request)),
        "demo": settings.HAIHE.demo,
        "large_type": request.COOKIES.get("haihe_care") == "1",
        "bell": SimpleLazyObject(partial(_bell, request)),
        "nav_public": SimpleLazyObject(partial(_links, request, PUBLIC, WORK)),
        "nav_work": SimpleLazyObject(partial(_links, request, WORK, PUBLIC)),
        "nav_phone": SimpleLazyObject(partial(_links, request, PHONE)),
    }


def _links(request: HttpRequest, entries: tuple[Entry, ...], beside: tuple[Entry, ...] = ()) -> list[Link]:
    return links_for(entries, accounts.actor_of(request), path=request.path, beside=beside)


def _bell(request: HttpRequest) -> Bell | None:
    """Return the bell of those who work at a desk; others have none."""
    actor = accounts.actor_of(request)
    if all(role == accounts.Role.CITIZEN for role, _organisation in actor.roles):
        return None
    return Bell(notices.unread_count(actor, now=timezone.now()))
