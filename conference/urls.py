"""Addresses (docs/developers.md): permanent, since people bookmark and cite them."""

from django.contrib import admin
from django.urls import include, path

from conference import api
from conference.common import health

edition_patterns = [
    path("papers/", include("papers.urls")),
    path("schedule/", include("schedule.urls")),
    path("chat/", include("chat.urls")),
    path("", include("conference.editions.urls")),
]

api_patterns = [
    path("<str:edition>/", include("papers.api_urls")),
    path("<str:edition>/", include("schedule.api_urls")),
    path("<str:edition>/", include("chat.api_urls")),
]

handler500 = "conference.common.errors.broken"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("accounts/", include("conference.people.account_urls")),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/sessions/", include("allauth.usersessions.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/schema/", api.schema, name="api-schema"),
    path("api/v1/docs/", api.docs, name="api-docs"),
    path("api/v1/", include(api_patterns)),
    path("", include("conference.people.root_urls")),
    path("", include("conference.editions.root_urls")),
    path("<str:edition>/", include(edition_patterns)),
]
