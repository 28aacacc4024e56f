"""The page's language: Chinese, unless this person has chosen another."""

from django.conf import settings
from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.translation import get_supported_language_variant


class ChosenLanguageMiddleware(LocaleMiddleware):
    """Django's, but deaf to Accept-Language: a city speaks Chinese until somebody presses the switch.

    Half of the browsers on office machines announce English without their users' knowledge.
    """

    def process_request(self, request: HttpRequest) -> None:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        try:
            language = get_supported_language_variant(chosen)
        except LookupError:
            language = settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()
