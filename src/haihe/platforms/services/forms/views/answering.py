"""What pages have in common: the draft that is asked for, or the page that says it isn't there."""

from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import actor_of
from haihe.platforms.services.forms import queries
from haihe.platforms.services.forms.accounts import ACTING
from haihe.platforms.services.forms.errors import DraftNotFound
from haihe.platforms.services.forms.fields import Section
from haihe.platforms.services.forms.models import Draft
from haihe.platforms.services.forms.queries import Standing


def draft_or_404(request: HttpRequest, draft: UUID) -> Draft:
    try:
        return queries.draft_for(actor_of(request), draft, now=timezone.now())
    except DraftNotFound as missing:
        raise Http404(_("没有找到这份草稿，可能已过期或已删除。")) from missing


def standing_or_404(request: HttpRequest, draft: UUID) -> Standing:
    """Return the draft with what it says now; a form that is offered no more is not there either."""
    found = draft_or_404(request, draft)
    try:
        return queries.standing(actor_of(request), found, today=timezone.localdate())
    except DraftNotFound as missing:
        raise Http404(_("这个事项现在不能办理，请到办事指南查看。")) from missing


def section_or_404(standing: Standing, name: str) -> Section:
    try:
        return standing.offer.form.section(name)
    except KeyError as missing:
        raise Http404 from missing


def revision_of(request: HttpRequest) -> int:
    """Return the revision that the page showed; what isn't one is none that ever was."""
    told = request.POST.get("revision", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) <= 9 else 0


def settles_who_is_asked(standing: Standing, section: Section) -> bool:
    """Say whether registers may be asked only once this section is saved: it says whose matter it is, or which."""
    chooses = bool(standing.offer.shares) and section.name == standing.offer.form.sections[0].name
    return chooses or any(field.name == ACTING for field in section.fields)
