from django.urls import path

from conference.editions import views

urlpatterns = [
    path("", views.front, name="edition"),
    path("help/", views.help_page, name="help"),
    path("accent.css", views.accent, name="edition-accent"),
    path("files/<str:name>", views.edition_file, name="edition-file"),
]
