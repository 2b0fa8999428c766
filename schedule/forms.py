"""A session as organizers edit it: with its speakers and papers as lines, and why it changes."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from papers.models import Paper
from schedule import queries
from schedule.models import ChangeLog, Session, Speaker
from schedule.services import SlotLine

LINES = {"rows": 6, "class": "vLargeTextField"}
KEY_AND_TIMES = 3


class SessionForm(forms.ModelForm):
    """Lines instead of a row of fields for each: a poster session holds eighty papers."""

    why = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=ChangeLog._meta.get_field("why").max_length,
        help_text=_("Shown to everybody beside the change."),
    )
    speaker_lines = forms.CharField(
        label=_("Speakers"),
        required=False,
        widget=forms.Textarea(LINES),
        help_text=_("One a line, in their order: a speaker's key, or the name as it stands in the list of speakers."),
    )
    paper_lines = forms.CharField(
        label=_("Papers"),
        required=False,
        widget=forms.Textarea(LINES),
        help_text=_(
            "One a line, in their order: a paper's key; behind it, where it has a time of its own, start and end in "
            "UTC, such as 2031-05-05T09:00 2031-05-05T09:15."
        ),
    )

    class Meta:
        model = Session
        fields = ()  # named by the screen

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and not self.is_bound:
            self.initial["speaker_lines"] = "\n".join(p.speaker.key for p in queries.speaking(self.instance))
            self.initial["paper_lines"] = "\n".join(_line(slot) for slot in queries.slots(self.instance))

    def clean(self) -> dict[str, Any]:
        """Find the speakers and papers that the lines name; refuse a parent of another edition."""
        values = super().clean() or self.cleaned_data
        edition = values.get("edition") or (self.instance.edition if self.instance.pk else None)
        parent = values.get("parent")
        if edition and parent and (parent.edition_id != edition.pk or parent.pk == self.instance.pk):
            self.add_error("parent", gettext("A session can be part of another one of its edition only."))
        if edition:
            values["speakers"] = self._speakers(edition.pk, values.get("speaker_lines", ""))
            values["slots"] = self._slots(edition.pk, values.get("paper_lines", ""))
        return values

    def _speakers(self, edition: int, text: str) -> list[Speaker]:
        wanted = [line.strip() for line in text.splitlines() if line.strip()]
        known = queries.speakers_named(edition, wanted) if wanted else []
        found = {speaker.name: speaker for speaker in known} | {speaker.key: speaker for speaker in known}
        if missing := [name for name in wanted if name not in found]:
            self.add_error(
                "speaker_lines", gettext("Not in the list of speakers: %(names)s") % {"names": ", ".join(missing)}
            )
        return [found[name] for name in wanted if name in found]

    def _slots(self, edition: int, text: str) -> list[SlotLine]:
        words = [line.split() for line in text.splitlines() if line.strip()]
        known = Paper.objects.filter(edition_id=edition, key__in=[line[0] for line in words]) if words else []
        papers = {paper.key: paper for paper in known}
        found: dict[str, SlotLine] = {}
        for position, line in enumerate(words, start=1):
            try:
                start, end = _times(line)
                if line[0] in found:
                    raise ValueError(gettext("it comes twice"))  # noqa: TRY301 - told below like the others
                found[line[0]] = SlotLine(papers[line[0]], position, start, end)
            except KeyError:
                self.add_error("paper_lines", gettext("There is no paper %(key)s.") % {"key": line[0]})
            except ValueError as problem:
                self.add_error("paper_lines", f"{line[0]}: {problem}")
        return list(found.values())


def _times(line: list[str]) -> tuple[dt.datetime | None, dt.datetime | None]:
    """Return the times behind a key; raises `ValueError`."""
    if len(line) == 1:
        return None, None
    if len(line) != KEY_AND_TIMES:
        raise ValueError(gettext("a start and an end belong behind the key, or nothing"))
    start, end = (dt.datetime.fromisoformat(word) for word in line[1:])
    start, end = (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC) for moment in (start, end))
    if end <= start:
        raise ValueError(gettext("the end has to be after the start"))
    return start, end


def _line(slot: object) -> str:
    if not slot.starts_at:
        return slot.paper.key
    return " ".join(
        [slot.paper.key, *(f"{m.astimezone(dt.UTC):%Y-%m-%dT%H:%M}" for m in (slot.starts_at, slot.ends_at))]
    )
