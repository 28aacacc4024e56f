from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "haihe.data.catalogue"
    label = "catalogue"
    verbose_name = "目录"
