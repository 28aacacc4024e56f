from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "haihe.data.sharing"
    label = "sharing"
    verbose_name = "共享"
