from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "haihe.data.exchange"
    label = "exchange"
    verbose_name = "交换"
