from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChatConfig(AppConfig):
    name = "chat"
    verbose_name = _("Chat")

    def ready(self) -> None:
        """Hand rooms to the socket."""
        from chat import live  # noqa: PLC0415 - models are there only now

        live.register()
