from django.apps import AppConfig


class VersionsConfig(AppConfig):
    name = "haihe.data.exchange.versions"
    label = "exchange_versions"
    verbose_name = "历史版本"
