"""What neighbours may use of offline pages."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpResponse

_WORKER: Final = "web/offline-worker.js"


@dataclass(frozen=True, slots=True)
class Kept:
    """Which pages an application keeps on a phone.

    `paths` is a regular expression of the browser's; `fallback` the page shown for those that aren't kept; a public
    one is kept at once. `scope` is the folder whose pages the worker sees, `script` a file that changes with each
    release.
    """

    name: str
    paths: str
    fallback: str
    script: str
    scope: str = ""
    is_fallback_public: bool = False


def worker_script(kept: Kept) -> str:
    """Return the worker's text for an application."""
    found = finders.find(_WORKER)
    if not isinstance(found, str):
        raise FileNotFoundError(_WORKER)
    text = Path(found).read_text(encoding="utf-8")
    for word, said in (
        ('"NAME OF APPLICATION"', json.dumps(kept.name)),
        ('"KEPT PATHS"', json.dumps(kept.paths)),
        ('"PATH OF FALLBACK"', json.dumps(kept.fallback)),
        ("FALLBACK_IS_PUBLIC", json.dumps(kept.is_fallback_public)),
        ("RELEASE", staticfiles_storage.url(kept.script)),
    ):
        text = text.replace(word, said)
    return text


def worker_response(kept: Kept) -> HttpResponse:
    """Give the worker; browsers ask for it anew each time."""
    response = HttpResponse(worker_script(kept), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    if kept.scope:
        response["Service-Worker-Allowed"] = kept.scope
    return response
