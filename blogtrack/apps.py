from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BlogTrackConfig(AppConfig):
    name = "blogtrack"
    verbose_name = _("Blog track")
