from django.apps import AppConfig


class CityConfig(AppConfig):
    name = "haihe.city"
    label = "city"
    verbose_name = "城市"
