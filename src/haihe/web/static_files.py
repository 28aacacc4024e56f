"""Serves static files from this process: packed once, kept by browsers for ever (see `release.py`)."""

import gzip
import os
import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any
from wsgiref.headers import Headers

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

_PACKABLE = {".css", ".js", ".mjs", ".svg", ".json", ".webmanifest"}
_SMALLEST_PACKED_BYTES = 1024
_ANY_RELEASE = re.compile(r"^/static/[0-9a-f]{12}/")


class StaticFilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]  # WhiteNoise ships no types
    """WhiteNoise with the release in the address, and gzip twins in the data directory."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        asked = request.path_info
        if (found := self.files.get(asked)) is not None:
            return self._serve(found, request)
        # During a roll-out a page of one release may ask a machine of the other: it gets what we have, unkept.
        if release := _ANY_RELEASE.match(asked):
            found = self.files.get(self.static_prefix + asked[release.end() :])
            if found is not None:
                response = self._serve(found, request)
                response["Cache-Control"] = "no-cache"
                return response
        answer: HttpResponseBase = self.get_response(request)
        return answer

    def _serve(self, found: StaticFile, request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase = self.serve(found, request)
        return response

    def immutable_file_test(self, path: str, url: str) -> bool:
        return url.startswith(str(self.static_prefix))

    def get_static_file(self, path: str, url: str, stat_cache: Mapping[str, Any] | None = None) -> StaticFile:
        headers = Headers([])
        self.add_mime_headers(headers, path, url)
        self.add_cache_headers(headers, path, url)
        packed = _packed(Path(path))
        return StaticFile(path, headers.items(), encodings={"gzip": str(packed)} if packed else None)


def _packed(source: Path) -> Path | None:
    """Return the gzip twin of a text file, made when first needed; None where it isn't worth it or can't be kept."""
    facts = source.stat()
    if source.suffix not in _PACKABLE or facts.st_size < _SMALLEST_PACKED_BYTES:
        return None
    name = sha256(f"9|{source}|{facts.st_size}|{facts.st_mtime_ns}".encode()).hexdigest()[:24]
    target: Path = settings.HAIHE.data_dir / "cache" / "static" / f"{name}.gz"
    try:
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            draft = target.with_suffix(f".{os.getpid()}")
            draft.write_bytes(gzip.compress(source.read_bytes(), 9, mtime=0))
            draft.replace(target)
    except OSError:
        return None
    return target
