from django.urls import path

from chat import views

urlpatterns = [path("<str:key>/", views.room, name="room")]
