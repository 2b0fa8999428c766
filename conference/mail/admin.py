from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from conference.audit.base_admin import ReadOnlyAdmin
from conference.mail import services
from conference.mail.models import Delivery


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ["recipient", "subject", "template", "state", "attempts", "created_at", "sent_at", "error"]
    list_filter = ["state", "template", "created_at"]
    search_fields = ["recipient", "subject", "user__name"]
    fields = [
        *("recipient", "user", "subject", "shown_text", "template", "state", "attempts"),
        *("created_at", "due_at", "sent_at", "error"),
    ]
    actions = ["send_again"]

    @admin.display(description=gettext_lazy("text"))
    def shown_text(self, delivery: Delivery) -> str:
        """Keep a secret from organizers too: they could enter as somebody else with it."""
        return _("Not shown: it holds a secret.") if delivery.has_secret else delivery.text

    @admin.action(description=gettext_lazy("Send again"), permissions=["view"])
    def send_again(self, request: HttpRequest, deliveries: QuerySet[Delivery]) -> None:
        for delivery in deliveries:
            services.send_again(delivery=delivery, actor=request.user)
        number = len(deliveries)
        text = ngettext("%(number)d mail is queued again.", "%(number)d mails are queued again.", number)
        self.message_user(request, text % {"number": number}, messages.SUCCESS)
