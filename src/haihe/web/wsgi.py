"""The pages as a WSGI application; granian serves it (`haihe up`)."""

import atexit
import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import resolve

from haihe.telemetry import tracing

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "haihe.web.settings")
application = get_wsgi_application()
# All views are imported before anybody asks; and what stays for good isn't looked through again and again for garbage:
# a whole look takes a quarter of a second, in which somebody waits for a page.
resolve("/healthz")
gc.collect()
gc.freeze()
# Libraries in C complain of what isn't let go by the end.
atexit.register(gc.unfreeze)
if tracing.start("haihe-web", tracing.Wish.from_mapping(os.environ)) is not None:
    atexit.register(tracing.stop)
