from django.apps import AppConfig


class ReleasesConfig(AppConfig):
    name = "haihe.platforms.services.releases"
    label = "services_releases"
    verbose_name = "成绩发布"
