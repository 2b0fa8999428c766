from django.urls import path

from conference.editions import views
from conference.mail.views import dev_mail

urlpatterns = [
    path("", views.root, name="root"),
    path("dev/mail/", dev_mail, name="dev-mail"),
]
