"""The plan, carried out through the services of each app. The caller holds the transaction."""

import datetime as dt
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError

from conference.common.refused import Refused
from conference.editions import services as editions
from conference.editions.models import CommitteeMember, Edition, FaqEntry, FaqSection
from conference.organize.miniconf import text
from conference.organize.miniconf.plan import Plan, Step, Values, merged
from conference.organize.miniconf.records import KINDS, Problem
from papers import services as papers
from papers.models import Highlight, Paper, Theme
from papers.services import AuthorLine, HighlightLine, PaperLine
from schedule import services as schedule
from schedule.models import Session, Speaker
from schedule.services import SlotLine

Tick = Callable[[str], None]
REFUSALS = (ValidationError, IntegrityError, DataError, Refused)  # what is wrong with a row, not with the import
AT_ONCE = 100  # papers that are made together


class Rows:
    """The rows of an edition by the keys that the files use; one query a kind."""

    def __init__(self, edition: Edition) -> None:
        sections = list(FaqSection.objects.filter(edition=edition))
        entries = FaqEntry.objects.filter(section__edition=edition).select_related("section")
        members = CommitteeMember.objects.filter(edition=edition)
        sessions = {session.key: session for session in Session.objects.filter(edition=edition)}
        lines = Highlight.objects.filter(edition=edition).exists()
        self.by_kind: dict[str, dict] = {
            "edition": {"edition": edition},
            "theme": {theme.slug: theme for theme in Theme.objects.filter(edition=edition)},
            "paper": {paper.key: paper for paper in Paper.objects.filter(edition=edition).defer("search", "bigrams")},
            "speaker": {speaker.key: speaker for speaker in Speaker.objects.filter(edition=edition)},
            "session": sessions,
            "part": sessions,
            "highlights": {"all": edition} if lines else {},
            "faq_section": {text.key(section.title): section for section in sections},
            "faq_entry": {f"{text.key(e.section.title)}/{text.key(e.question, limit=200)}": e for e in entries},
            "committee": {f"{text.key(member.role)}/{text.key(member.name)}": member for member in members},
        }

    def __getitem__(self, kind: str) -> dict:
        return self.by_kind[kind]


class Importer:
    """Writes the steps of a plan. A step that a service refuses is a problem of its row, and leaves nothing behind."""

    def __init__(self, edition: Edition, rows: Rows, *, is_new_edition: bool) -> None:
        self.edition = edition
        self.rows = rows
        self.is_new_edition = is_new_edition
        self.problems: list[Problem] = []
        self.taken: list[tuple[Step, Values]] = []  # to be remembered as what this import said
        self.made = dict.fromkeys(KINDS, 0)
        self.changed = dict.fromkeys(KINDS, 0)

    def run(self, plan: Plan, tick: Tick) -> None:
        """Carry out every step in order."""
        for kind in KINDS:
            steps = plan.steps[kind]
            if kind == "paper":
                self._make_papers([step for step in steps if step.is_new], tick)
                steps = [step for step in steps if not step.is_new]
            for step in steps:
                self._step(kind, step)
                tick(kind)

    def _step(self, kind: str, step: Step) -> None:
        write = getattr(self, f"_write_{kind}", None) or self._write_session
        try:
            is_changed, values = write(step)
        except REFUSALS as problem:
            self._refused(step, problem)
        else:
            self._took(step, values, is_changed=is_changed)

    def _took(self, step: Step, values: Values, *, is_changed: bool) -> None:
        self.taken.append((step, values))
        if step.is_new:
            self.made[step.record.kind] += 1
        elif is_changed:
            self.changed[step.record.kind] += 1

    def _refused(self, step: Step, problem: Exception) -> None:
        record = step.record
        said = "; ".join(problem.messages) if isinstance(problem, ValidationError) else str(problem).splitlines()[0]
        self.problems.append(Problem(record.file, record.row, f"{record.kind} {record.key}: {said}", is_bad=True))

    def _make_papers(self, steps: list[Step], tick: Tick) -> None:
        """Make new papers many at a time: one by one takes a dozen queries each."""
        for start in range(0, len(steps), AT_ONCE):
            some = steps[start : start + AT_ONCE]
            self._make_some(some)
            for _step in some:
                tick("paper")

    def _make_some(self, steps: list[Step]) -> None:
        """Make papers at once; where one is refused, each half for itself, until that one is alone."""
        try:
            made = papers.create_papers(edition=self.edition, many=[self._paper_line(step) for step in steps])
        except REFUSALS as problem:
            if len(steps) == 1:
                self._refused(steps[0], problem)
                return
            middle = len(steps) // 2
            self._make_some(steps[:middle])
            self._make_some(steps[middle:])
            return
        for step, paper in zip(steps, made, strict=True):
            self.rows["paper"][step.record.key] = paper
            self._took(step, step.record.values, is_changed=True)

    def _write_edition(self, step: Step) -> tuple[bool, Values]:
        """Name and line only where nobody has written others: they are what every visitor sees."""
        base = step.base or (step.record.values if self.is_new_edition else {})
        now = {name: getattr(self.edition, name) for name in step.fields}
        values = {name: step.fields[name] for name in now if now[name] in {"", base.get(name)}}
        values = {name: value for name, value in values.items() if value != now[name]}
        if values:
            editions.save_edition(edition=self.edition, values=values)
        return bool(values), step.record.values

    def _write_theme(self, step: Step) -> tuple[bool, Values]:
        there = self.rows["theme"].get(step.record.key)
        now = {"name": there.name, "position": there.position} if there else {}
        wanted = {**now, **step.fields}
        theme = papers.save_theme(edition=self.edition, slug=step.record.key, **wanted)
        self.rows["theme"][step.record.key] = theme
        return wanted != now, step.record.values

    def _paper_line(self, step: Step) -> PaperLine:
        """Return what to write of a paper; of one that is there, empty where the file has not changed."""
        values = dict(step.fields)
        authors = [AuthorLine(name) for name in values.pop("authors", ())]
        keywords = values.pop("keywords", ())
        if "theme" in values:
            values["theme"] = self.rows["theme"].get(values["theme"])
        return PaperLine(values | {"key": step.record.key}, authors, keywords)

    def _write_paper(self, step: Step) -> tuple[bool, Values]:
        line = self._paper_line(step)
        changed = papers.update_paper(
            paper=self.rows["paper"][step.record.key],
            values=line.values,
            authors=line.authors if "authors" in step.fields else None,
            keywords=line.keywords if "keywords" in step.fields else None,
        )
        return changed, step.record.values

    def _write_speaker(self, step: Step) -> tuple[bool, Values]:
        there = self.rows["speaker"].get(step.record.key)
        if there and all(getattr(there, name) == value for name, value in step.fields.items()):
            return False, step.record.values
        values = {"key": step.record.key, **step.fields}
        self.rows["speaker"][step.record.key] = schedule.save_speaker(
            edition=self.edition, values=values, speaker=there
        )
        return True, step.record.values

    def _write_session(self, step: Step) -> tuple[bool, Values]:
        """Sessions and their parts: values through the one door, then speakers and slots."""
        values, key = dict(step.fields), step.record.key
        speakers, slots = values.pop("speakers", None), values.pop("papers", None)
        for name in ("starts_at", "ends_at"):
            if values.get(name):
                values[name] = dt.datetime.fromisoformat(str(values[name]))
        if values.get("parent"):
            values["parent"] = self._parent(str(values["parent"]))
        if step.is_new:
            session = schedule.create_session(edition=self.edition, values={"key": key, **values})
            self.rows["session"][key] = session
            changed = True
        else:
            session = self.rows["session"][key]
            before = session.sequence
            schedule.change_session(session=session, values=values)
            changed = session.sequence != before
        if speakers is not None and (speakers or not step.is_new):
            found = [self.rows["speaker"][name] for name in speakers if name in self.rows["speaker"]]
            changed |= schedule.set_speakers(session=session, speakers=found)
        taken = step.record.values
        if slots is not None and (slots or not step.is_new):
            slots = [name for name in slots if name in self.rows["paper"]]
            taken = {**taken, "papers": slots}  # a paper that was refused may come with the next file
            changed |= self._put_slots(session, step, slots)
        return changed, taken

    def _parent(self, key: str) -> Session:
        if key not in self.rows["session"]:
            message = f"its session {key} could not be imported"
            raise ValidationError(message)
        return self.rows["session"][key]

    def _put_slots(self, session: Session, step: Step, wanted: list[str]) -> bool:
        """Put papers into the session; those that were put there or taken out by hand stay so."""
        there = [] if step.is_new else list(session.slots.select_related("paper").order_by("position", "id"))
        lines = {slot.paper.key: SlotLine(slot.paper, slot.position, slot.starts_at, slot.ends_at) for slot in there}
        keys = merged((step.base or {}).get("papers", []), wanted, list(lines)) if step.base else wanted
        ours = {key: position for position, key in enumerate(wanted, start=1)}
        new = [
            lines[key] if key in lines and key not in ours else self._line(key, ours[key], lines.get(key))
            for key in keys
        ]
        return bool(schedule.set_slots(session=session, lines=new))

    def _line(self, key: str, position: int, there: SlotLine | None) -> SlotLine:
        times = (there.starts_at, there.ends_at) if there else (None, None)
        return SlotLine(self.rows["paper"][key], position, *times)

    def _write_highlights(self, step: Step) -> tuple[bool, Values]:
        """The daily sets; those that were added or removed by hand stay so."""
        file = [tuple(line) for line in step.record.values["lines"]]
        base = [tuple(line)[:3] for line in (step.base or {}).get("lines", [])]
        there = Highlight.objects.filter(edition=self.edition).select_related("paper", "theme")
        now = {
            (
                row.paper.key,
                row.day.isoformat() if row.day else None,
                row.theme.slug if row.theme else None,
            ): row.position
            for row in there
        }
        position = {line[:3]: line[3] for line in file}
        places = merged(base, list(position), list(now)) if step.base else list(position)
        lines = [
            HighlightLine(
                paper=self.rows["paper"][paper],
                day=dt.date.fromisoformat(day) if day else None,
                theme=self.rows["theme"].get(theme),
                position=position.get((paper, day, theme), now.get((paper, day, theme), 0)),
            )
            for paper, day, theme in places
            if paper in self.rows["paper"]
        ]
        return papers.set_highlights(edition=self.edition, lines=lines), step.record.values

    def _write_faq_section(self, step: Step) -> tuple[bool, Values]:
        there = self.rows["faq_section"].get(step.record.key)
        if there and all(getattr(there, name) == value for name, value in step.fields.items()):
            return False, step.record.values
        now = {"title": there.title, "position": there.position} if there else {}
        section = editions.save_faq_section(edition=self.edition, section=there, **{**now, **step.fields})
        self.rows["faq_section"][step.record.key] = section
        return True, step.record.values

    def _write_faq_entry(self, step: Step) -> tuple[bool, Values]:
        there = self.rows["faq_entry"].get(step.record.key)
        values = {name: value for name, value in step.fields.items() if name != "section"}
        if there and all(getattr(there, name) == value for name, value in values.items()):
            return False, step.record.values
        now = {name: getattr(there, name) for name in ("question", "answer", "position")} if there else {}
        section = self.rows["faq_section"].get(step.record.values["section"])
        if section is None:
            message = "its section could not be imported"
            raise ValidationError(message)
        editions.save_faq_entry(section=section, entry=there, **{**now, **values})
        return True, step.record.values

    def _write_committee(self, step: Step) -> tuple[bool, Values]:
        there = self.rows["committee"].get(step.record.key)
        if there and all(getattr(there, name) == value for name, value in step.fields.items()):
            return False, step.record.values
        names = ("role", "name", "affiliation", "position")
        now = {name: getattr(there, name) for name in names} if there else {}
        editions.save_committee_member(edition=self.edition, member=there, **{**now, **step.fields})
        return True, step.record.values
