from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "haihe.data.exchange"
    label = "exchange"
    verbose_name = "交换"

    def ready(self) -> None:
        from haihe.data.exchange import lake, storing
        from haihe.data.exchange import probes as probes  # what it measures for alerts

        lake.bring_with(storing.bring)
