"""The pages as a WSGI application; granian serves it (`haihe up`)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "haihe.web.settings")
application = get_wsgi_application()
