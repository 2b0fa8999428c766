from django import forms
from django.utils.translation import gettext_lazy as _

from chat import limits, services
from chat.models import Message, Room
from conference.accounts.models import User


class MessageForm(forms.Form):
    """A message written on a page. The nonce in the page makes that sending it twice writes it once."""

    nonce = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(label=_("Message"), max_length=limits.LONGEST, strip=True, widget=forms.Textarea)

    def save(self, *, room: Room, author: User) -> Message:
        """Write it. Raises `Refused`."""
        return services.post_message(
            room=room, author=author, text=self.cleaned_data["text"], nonce=self.cleaned_data["nonce"]
        )
