from django.urls import path

from schedule import views

app_name = "schedule"
urlpatterns = [
    path("", views.schedule, name="schedule"),
    path("changes/", views.changes, name="changes"),
    path("changes/since/", views.changes_since, name="changes_since"),
    path("<str:key>/", views.session, name="session"),
    path("<str:key>/changes/<int:sequence>/", views.change, name="change"),
]
