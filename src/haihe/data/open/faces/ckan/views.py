"""The CKAN Action API over HTTP."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe


@require_safe
def version(request: HttpRequest) -> HttpResponse:
    """Tell which version of the API this is."""
    return JsonResponse({"version": 3})
