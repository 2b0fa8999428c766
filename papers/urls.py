from django.urls import path

from papers import views

urlpatterns = [
    path("", views.paper_list, name="papers"),
    path("<str:key>/", views.paper_page, name="paper"),
]
