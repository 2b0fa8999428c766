import logging

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LiveConfig(AppConfig):
    name = "conference.live"
    verbose_name = _("Live")

    def ready(self) -> None:
        """Offer the hub's own topics; hear of sessions that end."""
        from conference.live import live, signals  # noqa: PLC0415 - models are there only now

        live.register()
        signals.connect()
        # It logs a traceback a second while Redis is away; the hub says so once.
        logging.getLogger("channels_redis.pubsub").setLevel(logging.CRITICAL)
