from django.apps import AppConfig


class LookupsConfig(AppConfig):
    name = "haihe.platforms.services.lookups"
    label = "services_lookups"
    verbose_name = "指尖查"

    def ready(self) -> None:
        from haihe.platforms.services import explaining
        from haihe.platforms.services.lookups.words import explain

        explaining.register_explainer(explain)
