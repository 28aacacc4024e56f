"""Django settings, read from the environment (names in docs/operations.md)."""

import os
from pathlib import Path

from django.utils.csp import CSP

from haihe.kernel.environment import Environment
from haihe.web.release import current_release

env = Environment.from_mapping(os.environ)
BASE_DIR = Path(__file__).resolve().parent
REPO_DIR = BASE_DIR.parents[2]

SECRET_KEY = env.secret_key
DEBUG = False
HAIHE = env
ALLOWED_HOSTS = ["*"] if env.demo else env.allowed_hosts
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "procrastinate.contrib.django",
    "haihe.web",
    "haihe.base.accounts",
    "haihe.base.ledger",
    "haihe.base.outbox",
    "haihe.base.jobs",
    "haihe.base.notices",
    "haihe.base.processes",
    "haihe.base.watch",
    "haihe.city",
    "haihe.data.catalogue",
    "haihe.data.sharing",
    "haihe.data.exchange",
    "haihe.data.exchange.sources",
    "haihe.data.matching",
    "haihe.data.matching.review",
    "haihe.data.matching.privacy",
    "haihe.data.exchange.quality",
    "haihe.data.exchange.nodes",
    "haihe.data.exchange.versions",
    "haihe.data.exchange.delivery",
    "haihe.data.open",
    "haihe.data.open.faces",
    "haihe.data.participation",
    "haihe.data.following",
    "haihe.data.open.statistics",
    "haihe.data.harvest",
    "haihe.platforms.services.forms",
    "haihe.platforms.services.items",
    "haihe.platforms.services.certificates",
    "haihe.platforms.services.ratings",
    "haihe.platforms.services",
    "haihe.platforms.services.releases",
    "haihe.platforms.services.window",
    "haihe.platforms.services.lookups",
]
MIDDLEWARE = [
    "haihe.web.metering.MeteringMiddleware",
    "haihe.web.tracing.TracingMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "haihe.web.static_files.StaticFilesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "haihe.web.language.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "haihe.web.errors.RefusalsMiddleware",
]
ROOT_URLCONF = "haihe.web.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "haihe.web.context.layout",
            ],
        },
    },
]
DATABASES = {"default": env.django_database()}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # Finished pages for strangers (data/open/kept_pages.py), of some 10 KB each in a file.
    "pages": {
        "BACKEND": "haihe.web.page_cache.PageCache",
        "LOCATION": HAIHE.data_dir.absolute() / "cache" / "pages",
        "OPTIONS": {"MAX_ENTRIES": 1000},
    },
    # Drawn parts of pages that show what never changes, such as the first rows of a version.
    "parts": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "parts",
        "OPTIONS": {"MAX_ENTRIES": 2000},
    },
}
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
STATIC_URL = f"/static/{current_release()}/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "haihe.web.vendor.VendorFinder",
    "haihe.web.stylesheet.StylesheetFinder",
]
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False

LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "workbench"
LOGOUT_REDIRECT_URL = "portal"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# An entry of the catalogue has up to 300 items of a dozen fields each, all on one form.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
SESSION_COOKIE_NAME = "haihe_session"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_SECURE = env.behind_proxy
CSRF_COOKIE_NAME = "haihe_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = env.behind_proxy
CSRF_FAILURE_VIEW = "haihe.web.errors.csrf_failure"
LANGUAGE_COOKIE_NAME = "haihe_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = env.behind_proxy

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:", "blob:"],  # Tabler's CSS holds small pictures; MapLibre decodes to blobs
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "worker-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if env.behind_proxy:  # the proxy ends TLS and sets both headers itself
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
