"""What an import has to do: the files compared with what the last import said and with what is there.

Only fields whose value in the files has changed since the last import are written, so that what organizers changed
by hand stays. What they removed by hand is not made again, and what the files no longer name is not removed.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from conference.organize.miniconf.records import KINDS, Reading, Record

Values = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """What to do with one record. `fields` is what to write; `base` what the last import said, None for the first."""

    record: Record
    fields: Values
    base: Values | None
    is_new: bool


@dataclass
class Plan:
    """All steps by kind, and what needs none."""

    steps: dict[str, list[Step]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    left: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    removed_here: list[Record] = field(default_factory=list)
    gone_from_files: list[tuple[str, str]] = field(default_factory=list)

    def __len__(self) -> int:
        return sum(len(steps) for steps in self.steps.values())


def make(reading: Reading, imported: Mapping[tuple[str, str], Values], there: Mapping[str, Collection[str]]) -> Plan:
    """Return the plan. `imported` is what the last import said by kind and key, `there` the keys of the rows there are."""
    plan = Plan()
    for kind in KINDS:
        for key, record in reading.of(kind).items():
            base = imported.get((kind, key))
            if base is None:
                plan.steps[kind].append(Step(record, record.values, None, is_new=key not in there[kind]))
            elif key not in there[kind]:
                plan.removed_here.append(record)
                plan.left[kind] += 1
            elif fields := {name: value for name, value in record.values.items() if base.get(name) != value}:
                plan.steps[kind].append(Step(record, fields, base, is_new=False))
            else:
                plan.left[kind] += 1
    plan.gone_from_files = [(kind, key) for kind, key in imported if key not in reading.of(kind)]
    return plan


def merged(base: list, file: list, current: list) -> list:
    """Return `current` with what the file has newly added and without what it has taken out since `base`.

    In the file's order where nobody changed the list by hand.
    """
    if current == base:
        return file
    kept = [entry for entry in current if entry in file or entry not in base]
    return kept + [entry for entry in file if entry not in base and entry not in kept]
