from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PapersConfig(AppConfig):
    name = "papers"
    verbose_name = _("Papers")

    def ready(self) -> None:
        """Hand in what lower floors need of papers, and the list's own filters."""
        from chat.registry import ROOM_ACCESS  # noqa: PLC0415 - models are not loaded before
        from conference.editions.registry import HOME_CARDS  # noqa: PLC0415
        from conference.live.registry import TOPICS  # noqa: PLC0415
        from papers import filters, live  # noqa: PLC0415
        from papers.registry import FILTERS  # noqa: PLC0415

        FILTERS.register("track", filters.TRACK, position=10)
        FILTERS.register("theme", filters.THEME, position=20)
        FILTERS.register("keyword", filters.KEYWORD, position=30)
        ROOM_ACCESS.register("paper", live.may_enter)
        TOPICS.register("here:paper", live.HERE)
        HOME_CARDS.register("highlights", filters.highlights_card, position=50)
