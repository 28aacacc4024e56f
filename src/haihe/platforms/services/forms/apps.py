from django.apps import AppConfig


class FormsConfig(AppConfig):
    name = "haihe.platforms.services.forms"
    label = "services_forms"
    verbose_name = "表单"
