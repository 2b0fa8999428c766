"""Writes that touch every app."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.apps import apps
from django.db import connection, transaction
from django.utils.translation import gettext as _

from conference.common.refused import Refused
from conference.editions import services as editions
from conference.editions.models import Edition
from conference.organize.miniconf import apply, content, plan
from conference.organize.miniconf.plan import Step, Values
from conference.organize.miniconf.records import KINDS, Problem, Reading, Record
from conference.organize.models import ImportedValues

FILLED = ("chat", "papers", "schedule")  # apps whose tables an import fills by the hundred


@dataclass
class Outcome:
    """What an import did, by kind, or would have done; `is_done` is False where nothing was written."""

    edition: str
    is_new_edition: bool
    is_done: bool = False
    made: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    removed_here: list[Record] = field(default_factory=list)
    gone_from_files: list[tuple[str, str]] = field(default_factory=list)

    @property
    def bad(self) -> list[Problem]:
        """The problems that keep a row out."""
        return [problem for problem in self.problems if problem.is_bad]


@transaction.atomic
def import_miniconf(
    *,
    slug: str,
    reading: Reading,
    dry_run: bool = False,
    skip_bad: bool = False,
    tick: Callable[[int, str], None] = lambda _total, _kind: None,
) -> Outcome:
    """Bring the edition `slug` up to what was read, all or nothing; an edition that is not there is made.

    With a bad row nothing is written unless `skip_bad`; with `dry_run` nothing ever. `tick` is called with the number
    of steps and the kind of each that is done. Raises `Refused` where there is no edition and no date to make one.
    """
    edition, is_new = _edition(slug, reading)
    rows = apply.Rows(edition)
    imported = {(row.kind, row.key): row for row in ImportedValues.objects.filter(edition=edition)}
    planned = plan.make(reading, {place: row.values for place, row in imported.items()}, rows.by_kind)
    importer = apply.Importer(edition, rows, is_new_edition=is_new)
    importer.run(planned, lambda kind: tick(len(planned), kind))
    _remember(edition, imported, importer.taken)
    outcome = Outcome(
        edition=edition.name,
        is_new_edition=is_new,
        made=importer.made,
        changed=importer.changed,
        left={kind: planned.left[kind] + _unchanged(importer, kind) for kind in KINDS},
        problems=[*reading.problems, *importer.problems],
        removed_here=planned.removed_here,
        gone_from_files=planned.gone_from_files,
    )
    outcome.is_done = not dry_run and (skip_bad or not outcome.bad)
    if not outcome.is_done:
        transaction.set_rollback(True)
    elif any(outcome.made.values()):
        transaction.on_commit(_refresh_statistics, robust=True)
    return outcome


def _refresh_statistics() -> None:
    """Have PostgreSQL look at the filled tables: until it does, within a minute, it plans as if they were empty."""
    models = (model for name in FILLED for model in apps.get_app_config(name).get_models(include_auto_created=True))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE " + ", ".join(connection.ops.quote_name(model._meta.db_table) for model in models))


def _unchanged(importer: apply.Importer, kind: str) -> int:
    """Count the steps that turned out to have nothing to write."""
    taken = sum(step.record.kind == kind for step, _values in importer.taken)
    return taken - importer.made[kind] - importer.changed[kind]


def _edition(slug: str, reading: Reading) -> tuple[Edition, bool]:
    """Return the edition, locked against a second import, and whether it was made here: its days are the programme's."""
    edition = Edition.objects.select_for_update().filter(slug=slug).first()
    if edition:
        return edition, False
    days = content.conference_days(reading)
    if not days:
        raise Refused(
            "no_dates", _("There is no edition %(slug)s, and the files name no date to make it.") % {"slug": slug}
        )
    found = reading.of("edition").get("edition")
    values = {"name": slug, **(found.values if found else {})}
    values = {**values, "slug": slug, "starts_on": days[0], "ends_on": days[-1]}
    return editions.save_edition(values=values), True


def _remember(edition: Edition, imported: dict, taken: Iterable[tuple[Step, Values]]) -> None:
    """Keep what this import said of each row, for the next one to compare with."""
    made, changed = [], []
    for step, values in taken:
        row = imported.get((step.record.kind, step.record.key))
        if row is None:
            made.append(ImportedValues(edition=edition, kind=step.record.kind, key=step.record.key, values=values))
        else:
            row.values = values
            changed.append(row)
    ImportedValues.objects.bulk_create(made, batch_size=500)
    ImportedValues.objects.bulk_update(changed, ["values"], batch_size=500)
