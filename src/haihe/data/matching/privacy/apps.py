from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "haihe.data.matching.privacy"
    label = "matching_privacy"
    verbose_name = "隐私保护"
