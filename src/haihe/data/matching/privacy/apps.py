from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "haihe.data.matching.privacy"
    label = "matching_privacy"
    verbose_name = "隐私保护"

    def ready(self) -> None:
        from haihe.data.matching.privacy import telling  # noqa: F401 - the words of its notices
