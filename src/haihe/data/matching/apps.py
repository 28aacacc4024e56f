from django.apps import AppConfig


class MatchingConfig(AppConfig):
    name = "haihe.data.matching"
    label = "matching"
    verbose_name = "比对"
