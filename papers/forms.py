from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from papers.models import Highlight, Paper


class PaperForm(forms.ModelForm):
    """A paper as organizers edit it; saved by the services."""

    keyword_lines = forms.CharField(
        label=_("Keywords"), required=False, widget=forms.Textarea({"rows": 4}), help_text=_("One a line.")
    )

    class Meta:
        model = Paper
        fields = ()  # named by the screen

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["keyword_lines"] = self.instance.keywords_text

    def clean(self) -> dict[str, Any]:
        """Refuse a theme of another edition."""
        values = super().clean() or self.cleaned_data
        edition, theme = values.get("edition") or self.instance.edition_id, values.get("theme")
        if theme and edition and theme.edition_id != getattr(edition, "pk", edition):
            self.add_error("theme", gettext("This theme belongs to another edition."))
        return values


class HighlightForm(forms.ModelForm):
    """A highlight as organizers edit it; saved by the services."""

    class Meta:
        model = Highlight
        fields = ()  # named by the screen

    def clean(self) -> dict[str, Any]:
        """Refuse a theme of another edition than the paper's."""
        values = super().clean() or self.cleaned_data
        paper, theme = values.get("paper"), values.get("theme")
        if paper and theme and theme.edition_id != paper.edition_id:
            self.add_error("theme", gettext("This theme belongs to another edition."))
        return values
