from django.apps import AppConfig


class FormsConfig(AppConfig):
    name = "haihe.platforms.services.forms"
    label = "services_forms"
    verbose_name = "表单"

    def ready(self) -> None:
        from django.conf import settings

        from haihe.data.sharing import api as sharing
        from haihe.platforms.services.forms import ports, telling  # noqa: F401 - its words for notices
        from haihe.platforms.services.forms.adapters import registers
        from haihe.platforms.services.forms.adapters.clamd import Clamd
        from haihe.platforms.services.forms.adapters.proving_papers import GatewayProver

        ports.register_prefiller(registers.GatewayRegisters(registers.platform_of))
        ports.register_relations(registers.GatewayRelations(registers.platform_of))
        ports.register_prover(GatewayProver(sharing.gateway_verifier))
        ports.register_corrections(registers.report_to_source)
        if settings.HAIHE.clamd:
            ports.register_scanner(Clamd(settings.HAIHE.clamd))
