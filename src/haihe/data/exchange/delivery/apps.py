from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "haihe.data.exchange.delivery"
    label = "exchange_delivery"
    verbose_name = "数据交付"

    def ready(self) -> None:
        from haihe.data.exchange.delivery import heard, tasks  # noqa: F401 - what it hears, what the worker does
