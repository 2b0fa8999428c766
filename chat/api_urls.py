from django.urls import path

from chat import api

urlpatterns = [
    path("rooms/<str:key>/changes", api.Changes.as_view(), name="api-room-changes"),
    path("rooms/<str:key>/messages", api.Messages.as_view(), name="api-room-messages"),
    path("rooms/<str:key>/messages/<int:seq>", api.OneMessage.as_view(), name="api-room-message"),
]
