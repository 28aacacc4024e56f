"""Traces of the pages: one span for each request, under the page's name; what stood in its address stays out."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from haihe.telemetry import tracing


class TracingMiddleware:
    """Follows the traceparent that a proxy of ours gave, or begins a trace."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with tracing.span("page", kind="SERVER", parent=request.headers.get(tracing.HEADER, "")) as span:
            response = self.get_response(request)
            if span is not None:
                if request.resolver_match is not None:
                    span.update_name(f"page {request.resolver_match.view_name}")
                span.set_attribute("http.request.method", request.method or "")
                span.set_attribute("http.response.status_code", response.status_code)
                if response.status_code >= 500:
                    tracing.fail(span, str(response.status_code))
        return response
