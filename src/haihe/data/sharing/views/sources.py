"""How a department's own interface is asked: its steward changes it, and sees what was changed before."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.data.sharing import operations
from haihe.data.sharing.errors import NotFound, SharingError
from haihe.data.sharing.forms_source import SourceForm
from haihe.data.sharing.models import ServiceKind
from haihe.data.sharing.queries import access
from haihe.data.sharing.source_pages import change_page
from haihe.data.sharing.source_versions import version_of
from haihe.data.sharing.views.answering import or_404

_PLACES = {"source": "url", "source_secret": "secret"}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARD)
def change(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the rules to be changed; posted, change them."""
    actor = actor_of(request)
    row = or_404(lambda: access.service_for(actor, slug))
    if row.kind != ServiceKind.PROXY or not actor.has(Role.STEWARD, row.owner):
        raise Http404
    form = SourceForm(request.POST or None, row=row, version=version_of(row))
    if request.method == "POST" and form.is_valid():
        try:
            waits = operations.change_source(actor=actor, slug=row.slug, changed=form.changed(), now=timezone.now())
        except NotFound:
            raise Http404 from None
        except SharingError as refused:
            place = _PLACES.get(refused.field, refused.field)
            form.add_error(place if place in form.fields else None, refused.message)
        else:
            told = _("已修改，待大数据中心确认新的地址。") if waits else _("已修改，网关一秒之内照新的规则去问。")
            messages.success(request, told)
            return redirect("sharing:service", slug=row.slug)
    status = 422 if request.method == "POST" else 200
    return render(request, "sharing/source_change.html", {"page": change_page(row, form)}, status=status)
