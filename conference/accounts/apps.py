from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "conference.accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        """Listen to django-allauth."""
        from conference.accounts import receivers  # noqa: F401, PLC0415 - models are there only now
