from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "haihe.base.notices"
    label = "notices"
    verbose_name = "提醒"

    def ready(self) -> None:
        from django.conf import settings

        from haihe.base.notices import hearing  # noqa: F401 - subscribes
        from haihe.base.notices.adapters.sms import SmsCarrier
        from haihe.base.notices.adapters.smtp import SmtpCarrier
        from haihe.base.notices.carriers import register_carrier

        if settings.HAIHE.smtp is not None:
            register_carrier(SmtpCarrier(settings.HAIHE.smtp))
        if settings.HAIHE.sms is not None:
            register_carrier(SmsCarrier(settings.HAIHE.sms))
