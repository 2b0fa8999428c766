from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScheduleConfig(AppConfig):
    name = "schedule"
    verbose_name = _("Schedule")

    def ready(self) -> None:
        """Hand in what the pages of lower floors show of the schedule."""
        from conference.editions.registry import HOME_CARDS  # noqa: PLC0415 - models are not loaded before
        from papers.registry import FILTERS, PAPER_PARTS  # noqa: PLC0415
        from schedule import parts  # noqa: PLC0415

        HOME_CARDS.register("now and next", parts.now_and_next, position=10)
        PAPER_PARTS.register("live slots", parts.paper_slots, position=10)
        FILTERS.register("session", parts.BY_SESSION, position=40)
