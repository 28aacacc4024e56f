from django.apps import AppConfig


class WindowConfig(AppConfig):
    name = "haihe.platforms.services.window"
    label = "services_window"
    verbose_name = "一窗办理"
