"""The pages as a WSGI application; granian serves it (`haihe up`)."""

import atexit
import os

from django.core.wsgi import get_wsgi_application

from haihe.telemetry import tracing

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "haihe.web.settings")
application = get_wsgi_application()
if tracing.start("haihe-web", tracing.Wish.from_mapping(os.environ)) is not None:
    atexit.register(tracing.stop)
