from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "haihe.platforms.services.certificates"
    label = "services_certificates"
    verbose_name = "电子证照"

    def ready(self) -> None:
        from haihe.platforms.services.certificates import telling  # noqa: F401 - its words for notices
