from django.urls import path

from conference.people import views

urlpatterns = [
    path("zone/", views.zone, name="zone"),
]
