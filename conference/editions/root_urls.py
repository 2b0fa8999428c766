from django.urls import path

from conference.editions import views

urlpatterns = [
    path("", views.root, name="root"),
]
