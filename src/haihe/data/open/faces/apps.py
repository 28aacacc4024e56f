from django.apps import AppConfig


class OpenFacesConfig(AppConfig):
    name = "haihe.data.open.faces"
    label = "open_faces"
    verbose_name = "数据开放的对外接口"
