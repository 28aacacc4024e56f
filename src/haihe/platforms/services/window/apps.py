from django.apps import AppConfig


class WindowConfig(AppConfig):
    name = "haihe.platforms.services.window"
    label = "services_window"
    verbose_name = "一窗办理"

    def ready(self) -> None:
        from haihe.platforms.services import ports
        from haihe.platforms.services.forms import api as forms
        from haihe.platforms.services.ratings import api as ratings
        from haihe.platforms.services.window import entrusted, helping, rated, seats, telling  # noqa: F401 - its words for notices

        forms.register_seats(seats.has_seat)
        forms.register_surroundings(seats.around)
        forms.register_seats(helping.has_consent)
        forms.register_surroundings(helping.around_help)
        ports.register_front(entrusted.front)
        ratings.register_windows(rated.windows_of)
