from django import forms
from django.utils.translation import gettext_lazy as _

from conference.accounts.models import User


class SignupForm(forms.Form):
    """What signing up asks for besides the address and the password."""

    name = forms.CharField(
        label=_("Name"),
        max_length=150,
        help_text=_("As it is shown to others."),
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    field_order = ["name", "email", "password1"]

    def signup(self, _request: object, user: User) -> None:
        """Keep the name with the account that allauth has just made."""
        user.name = self.cleaned_data["name"].strip()
        user.save(update_fields=["name"])
