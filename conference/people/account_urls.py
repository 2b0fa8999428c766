from django.urls import path

from conference.people import views

urlpatterns = [
    path("invitation/<str:token>/", views.invitation, name="invitation"),
    path("sessions/<int:pk>/end/", views.end_session, name="end-session"),
]
