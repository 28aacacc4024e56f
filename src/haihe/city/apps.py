from django.apps import AppConfig
from django.core.signals import request_finished, request_started

from haihe.city import remembered


class CityConfig(AppConfig):
    name = "haihe.city"
    label = "city"
    verbose_name = "城市"

    def ready(self) -> None:
        request_started.connect(remembered.begin, dispatch_uid="city.remembered.begin")
        request_finished.connect(remembered.end, dispatch_uid="city.remembered.end")
