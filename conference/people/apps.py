from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "conference.people"
    verbose_name = _("People")

    def ready(self) -> None:
        """Tell the socket who may hold one, and listen to logins and logouts."""
        from conference.live.registry import register_reader_check  # noqa: PLC0415 - models are there only now
        from conference.people import receivers  # noqa: F401, PLC0415
        from conference.people.live import ReaderCheck  # noqa: PLC0415

        register_reader_check(ReaderCheck())
