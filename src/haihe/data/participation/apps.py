from django.apps import AppConfig


class ParticipationConfig(AppConfig):
    name = "haihe.data.participation"
    label = "participation"
    verbose_name = "数据开放参与"
