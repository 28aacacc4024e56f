"""How services were rated: for everybody, signed in or not."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from haihe.kernel.spreadsheet import guarded_csv
from haihe.platforms.services.ratings.public_pages import ratings_page, ratings_rows, read_asked


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    page = ratings_page(read_asked(request.GET.dict()), now=timezone.now())
    return render(request, "ratings/figures.html", {"page": page})


@require_safe
def figures_file(request: HttpRequest) -> StreamingHttpResponse:
    rows = list(ratings_rows(read_asked(request.GET.dict()), now=timezone.now()))
    answer = StreamingHttpResponse(guarded_csv(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="ratings.csv"'
    return answer
