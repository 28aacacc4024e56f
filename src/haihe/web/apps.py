from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "haihe.web"
    label = "web"
    verbose_name = "门户"
