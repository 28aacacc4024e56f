from django.apps import AppConfig


class ServicesConfig(AppConfig):
    name = "haihe.platforms.services"
    label = "services"
    verbose_name = "政务服务"
