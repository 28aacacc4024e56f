from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "haihe.base.notices"
    label = "notices"
    verbose_name = "提醒"
