"""How departments live up to the law of sharing: for everybody, signed in or not."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from haihe.data.sharing.scoreboard_pages import read_asked, scoreboard_page, scoreboard_rows
from haihe.kernel.spreadsheet import guarded_csv


@require_safe
def scoreboard(request: HttpRequest) -> HttpResponse:
    page = scoreboard_page(read_asked(request.GET.dict()))
    return render(request, "sharing/scoreboard.html", {"page": page})


@require_safe
def scoreboard_file(request: HttpRequest) -> StreamingHttpResponse:
    rows = list(scoreboard_rows(request.GET.get("period", "")))
    answer = StreamingHttpResponse(guarded_csv(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="scoreboard.csv"'
    return answer
