from django.apps import AppConfig


class ProcessesConfig(AppConfig):
    name = "haihe.base.processes"
    label = "processes"
    verbose_name = "办理流程"
