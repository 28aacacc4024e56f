"""What counts as a visit of a dataset's page, as the page of statistics tells everybody."""

import re
from typing import Final

from django.http import HttpRequest

_ROBOTS: Final = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|preview|monitor|fetcher|archive|headlesschrome|lighthouse|python-|curl/|wget/|"
    r"httpx|okhttp|java/|go-http|libwww|scrapy|feed",
    re.IGNORECASE,
)


def is_visit(request: HttpRequest) -> bool:
    """Say whether somebody looks at it: no robot that says so, no program, no page fetched before it is wanted."""
    if request.method != "GET" or _ROBOTS.search(request.headers.get("User-Agent", "")):
        return False
    return "prefetch" not in request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
