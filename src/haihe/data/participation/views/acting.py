"""What every button has in common: do it, say so and go on, or show the page again with what is wrong."""

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from haihe.data.participation.errors import NotFound, ParticipationError, TooMany

REFUSED, TOO_MANY = 422, 429


def act(
    request: HttpRequest,
    work: Callable[[], object],
    *,
    done: str,
    to: Callable[[object], str],
    again: Callable[[str], HttpResponse],
) -> HttpResponse:
    """Do the work. `to` gives the address to go to from what the work returned; `again` the page with a complaint."""
    try:
        made = work()
    except NotFound:
        raise Http404 from None
    except ParticipationError as refused:
        page = again(refused.message)
        page.status_code = TOO_MANY if isinstance(refused, TooMany) else REFUSED
        return page
    if done:
        messages.success(request, done)
    return redirect(to(made))


def found[Row](finder: Callable[[], Row]) -> Row:
    """Return what is found, or answer 404."""
    try:
        return finder()
    except NotFound:
        raise Http404 from None


def told_in(request: HttpRequest, *names: str) -> dict[str, str]:
    """Return what was typed, as it was: checked by operations, shown again where something is wrong."""
    return {name: request.POST.get(name, "").replace("\x00", "")[:5000] for name in names}


def asked_in(request: HttpRequest, *names: str) -> dict[str, str]:
    """Return what the address narrows to."""
    return {name: request.GET.get(name, "").replace("\x00", "")[:80] for name in names}


def day_in(text: str) -> date | None:
    """Return the day that was typed; None for nothing and for what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def number_in(text: str) -> int:
    """Return the number that was typed; 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
