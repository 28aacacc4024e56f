from django.apps import AppConfig


class WindowConfig(AppConfig):
    name = "haihe.platforms.services.window"
    label = "services_window"
    verbose_name = "一窗办理"

    def ready(self) -> None:
        from haihe.platforms.services.forms import api as forms
        from haihe.platforms.services.window import helping, seats, telling  # noqa: F401 - its words for notices

        forms.register_seats(seats.has_seat)
        forms.register_surroundings(seats.around)
        forms.register_seats(helping.has_consent)
        forms.register_surroundings(helping.around_help)
