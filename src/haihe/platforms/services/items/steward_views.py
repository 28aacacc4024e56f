"""The desk of those who keep items: what their items still ask for on paper although data prove it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.platforms.services.items import pages


@never_cache
@require_safe
@role_required(Role.STEWARD, Role.APPROVER, Role.OPERATOR)
def needless(request: HttpRequest) -> HttpResponse:
    page = pages.desk_page(actor_of(request), on=timezone.localdate())
    return render(request, "items/desk.html", {"page": page})
