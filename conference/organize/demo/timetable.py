"""When what happens in the demo's five days. Pure: a first day, a zone and the texts in, sessions out.

Something is on and something is next at any hour, since a visitor may come at any. A paper's two poster sessions are
at least twelve hours of the day apart, as a conference for all zones would have it.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

DAYS = 5
POSTER_HOURS = ("01:00", "07:00", "14:00", "19:00")
TALK_HOURS = (("10:30", "12:00"), ("16:00", "17:30"))


@dataclass(frozen=True)
class Part:
    """A paper's place in a session, with times of its own where papers follow one another."""

    paper: str
    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None


@dataclass(frozen=True)
class Planned:
    """A session to be made; `parent` is the key of the one that it is part of."""

    values: Mapping[str, Any]
    parent: str = ""
    speakers: Sequence[str] = ()
    papers: Sequence[Part] = field(default_factory=tuple)


@dataclass(frozen=True)
class Day:
    """One of the days, counted from 0."""

    number: int
    date: dt.date
    zone: ZoneInfo

    def at(self, clock: str) -> dt.datetime:
        """Return the moment at which clocks of the zone show `clock`; "24:00" is the next midnight."""
        hours, minutes = map(int, clock.split(":"))
        date = self.date + dt.timedelta(days=hours // 24)
        return dt.datetime.combine(date, dt.time(hours % 24, minutes), self.zone).astimezone(dt.UTC)

    def session(self, kind: str, title: str, start: str, end: str, **values: Any) -> dict[str, Any]:
        """Return the values of a session of this day."""
        key = values.pop("key", f"{kind}-{self.number + 1}-{start.replace(':', '')}")
        return {
            "key": key,
            "kind": kind,
            "title": title,
            "starts_at": self.at(start),
            "ends_at": self.at(end),
            **values,
        }


def timetable(
    *, first: dt.date, zone: ZoneInfo, programme: Mapping[str, Any], themes: Sequence[Mapping[str, Any]]
) -> list[Planned]:
    """Return the sessions of all days; a session comes before its parts."""
    days = [Day(number, first + dt.timedelta(days=number), zone) for number in range(DAYS)]
    planned: list[Planned] = []
    for day in days:
        planned += _posters(day, themes)
        planned += _talks(day, themes)
        planned += _keynote(day, programme["keynotes"])
        planned += _around(day, programme)
    for workshop in programme["workshops"]:
        planned += _workshop(days[workshop["day"] - 1], workshop)
    return planned


def highlights(*, first: dt.date, themes: Sequence[Mapping[str, Any]]) -> Iterator[tuple[dt.date, str, str]]:
    """Yield (day, theme's slug, paper's key): one paper of each theme a day."""
    for number in range(DAYS):
        for theme in themes:
            papers = theme["papers"]
            yield first + dt.timedelta(days=number), theme["slug"], papers[2 * number % len(papers)]["key"]


def _posters(day: Day, themes: Sequence[Mapping[str, Any]]) -> Iterator[Planned]:
    """Cut the papers into ten groups, one of each theme in a group, and give each group two of the twenty sessions."""
    for hour, start in enumerate(POSTER_HOURS):
        # The night and morning sessions show a group first, the afternoon and evening ones two days later again.
        half, place = divmod(hour, 2)
        group = (day.number - 2 * half) % DAYS * 2 + place
        keys = [paper["key"] for theme in themes for paper in theme["papers"][group : group + 1]]
        end = f"{int(start[:2]) + 2:02}:00"
        title = f"Poster session {day.number + 1}.{hour + 1}"
        values = day.session("poster", title, start, end, description="Authors stand at their posters for two hours.")
        yield Planned(values, papers=[Part(key) for key in keys])


def _talks(day: Day, themes: Sequence[Mapping[str, Any]]) -> Iterator[Planned]:
    """Let the papers marked `oral` follow one another: a session for each theme."""
    for (start, end), theme in zip(TALK_HOURS, themes[day.number * 2 : day.number * 2 + 2], strict=False):
        papers = [paper["key"] for paper in theme["papers"] if paper.get("oral")]
        values = day.session("oral", f"Talks: {theme['name']}", start, end, place="Main hall")
        step = (values["ends_at"] - values["starts_at"]) / len(papers)
        places = [
            Part(key, values["starts_at"] + step * number, values["starts_at"] + step * (number + 1))
            for number, key in enumerate(papers)
        ]
        yield Planned(values, papers=places)


def _keynote(day: Day, keynotes: Sequence[Mapping[str, Any]]) -> Iterator[Planned]:
    """A keynote, its live Q&A four hours later, and once more after midnight for the other half of the world."""
    if day.number >= len(keynotes):
        return
    keynote = keynotes[day.number]
    speakers = [keynote["speaker"]["key"]]
    values = {"description": keynote["description"], "key": keynote["key"], "place": "Main hall"}
    yield Planned(day.session("keynote", keynote["title"], "09:00", "10:00", **values), speakers=speakers)
    about = f"Questions to {keynote['speaker']['name']} about the keynote “{keynote['title']}”."
    name = f"Live Q&A with {keynote['speaker']['name']}"
    yield Planned(
        day.session("qa", name, "13:00", "14:00", key=f"{keynote['key']}-qa", description=about), speakers=speakers
    )
    again = day.session("qa", f"{name}, once more", "24:00", "25:00", key=f"{keynote['key']}-qa-2", description=about)
    yield Planned(again, speakers=speakers)


def _around(day: Day, programme: Mapping[str, Any]) -> Iterator[Planned]:
    """What surrounds papers and keynotes: expo, quiet hours, panels, socials and breaks."""

    def told(kind: str, text: Sequence[str], start: str, end: str, place: str = "") -> Planned:
        return Planned(day.session(kind, text[0], start, end, description=text[1], place=place))

    if day.number == 0:
        yield told("social", programme["doors"], "00:00", "01:00")
    yield told("expo", programme["expo"], "03:00", "05:00")
    yield told("social", programme["quiet"], "05:00", "06:00")
    yield told("social", programme["mornings"], "06:00", "07:00")
    coffee, lunch, tea = programme["breaks"]
    yield Planned(day.session("break", coffee, "10:00", "10:30"))
    yield Planned(day.session("break", lunch, "12:00", "13:00"))
    yield told("other", programme["panels"][day.number], "17:30", "18:15", place="Main hall")
    yield Planned(day.session("break", tea, "18:15", "19:00"))
    early, late = programme["socials"][2 * day.number : 2 * day.number + 2]
    yield told("social", early, "21:00", "22:30", place=early[2])
    yield told("social", late, "22:30", "24:00", place=late[2])


def _workshop(day: Day, workshop: Mapping[str, Any]) -> Iterator[Planned]:
    """A workshop and its own timetable."""
    start, end = workshop["hours"]
    values = {name: workshop[name] for name in ("key", "description", "organizers")}
    yield Planned(day.session("workshop", workshop["title"], start, end, **values))
    for number, (begins, ends, title, who) in enumerate(workshop["parts"], start=1):
        key = f"{workshop['key']}-{number}"
        kind = "break" if title in {"Tea", "Coffee"} else "workshop"
        yield Planned(day.session(kind, title, begins, ends, key=key, organizers=who), parent=workshop["key"])
