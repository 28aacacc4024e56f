from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "haihe.data.exchange"
    label = "exchange"
    verbose_name = "交换"

    def ready(self) -> None:
        from haihe.data.exchange import probes  # noqa: F401 - what it measures for alerts
