from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from conference.accounts.models import User
from conference.common.zones import validate_zone
from conference.people import services
from conference.people.models import Invitation
from conference.people.zones import ReaderZone


class ZoneForm(forms.Form):
    """A zone that the reader chose, or that their browser says (`guess`)."""

    zone = forms.CharField(max_length=64, validators=[validate_zone])
    guess = forms.BooleanField(required=False)

    def save(self, user: User | None) -> ReaderZone | None:
        """Keep the zone in the profile of `user`; return what the browser shall keep, None for a guess of no use."""
        zone = ReaderZone(self.cleaned_data["zone"], is_chosen=not self.cleaned_data["guess"])
        if user and not services.set_zone(user=user, zone=zone.name, is_guess=not zone.is_chosen):
            return None
        return zone


class AcceptForm(forms.Form):
    """Entering by an invitation: a password may be set."""

    password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        max_length=128,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=_("Without one you log in by a code that we mail to you."),
    )

    def __init__(self, *args: object, user: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        password = self.fields["password"]
        password.help_text = format_html("{}{}", password.help_text, password_validators_help_text_html())

    def clean_password(self) -> str:
        """Hold the password against the rules, where one is given."""
        password = self.cleaned_data["password"]
        if password:
            validate_password(password, self.user)
        return password

    def save(self, invitation: Invitation) -> bool:
        """Accept the invitation; return whether the account was handed over. May raise `Refused`."""
        return services.accept_invitation(invitation=invitation, password=self.cleaned_data["password"] or None)
