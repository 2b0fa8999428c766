"""The house of docs/developers.md, where import-linter cannot look: reverse lookups upward, and who may use GPL."""

import ast
from collections import defaultdict
from importlib import metadata
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

FLOORS = [
    ["accounts"],
    ["audit"],
    ["mail"],
    ["live"],
    ["editions"],
    ["people"],
    ["safety"],
    ["chat"],
    ["papers"],
    ["schedule"],
    ["sponsors", "blogtrack"],
    ["organize"],
]
FLOOR = {label: number for number, labels in enumerate(FLOORS) for label in labels}
LOOKUPS = {
    *("filter", "exclude", "get", "annotate", "aggregate", "order_by", "values", "values_list", "only", "defer"),
    *("prefetch_related", "select_related", "Prefetch", "Q", "F", "Count", "Max", "Min", "Sum", "Exists", "OuterRef"),
}


def names_of_relations_by_floor():
    """For each floor the reverse query names that models of higher floors put on models at or below it."""
    names = defaultdict(set)
    for model in apps.get_models(include_auto_created=True):
        for relation in model._meta.related_objects:
            here, there = model._meta.app_label, relation.related_model._meta.app_label
            if here in FLOOR and there in FLOOR and not relation.hidden:
                names[FLOOR[there]].add(relation.get_accessor_name() or relation.name)
                names[FLOOR[there]].add(relation.name)
    return names


def fields_up_to(floor):
    """Names that a lookup may begin with on this floor: fields, and relations from at or below it."""
    fields = {
        field.name
        for model in apps.get_models()
        if FLOOR.get(model._meta.app_label, 0) <= floor
        for field in model._meta.get_fields()
        if not field.auto_created
    }
    names = names_of_relations_by_floor()
    return fields.union(*(names[lower] for lower in range(floor + 1)))


def lookups_in(source):
    """Yield (line, name) for each lookup path that the code of `source` hands to a query."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called not in LOOKUPS:
            continue
        for word in node.keywords:
            yield node.lineno, word.arg or ""
        for argument in node.args:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield node.lineno, argument.value.lstrip("-")


@pytest.mark.parametrize("label", FLOOR)
def test_no_query_looks_up_to_a_higher_floor(label):
    floor = FLOOR[label]
    above = set().union(*(names for number, names in names_of_relations_by_floor().items() if number > floor))
    forbidden = above - fields_up_to(floor)
    found = [
        f"{path.name}:{line} {lookup}"
        for path in Path(apps.get_app_config(label).path).rglob("*.py")
        if "migrations" not in path.parts
        for line, lookup in lookups_in(path.read_text())
        if forbidden.intersection(lookup.split("__"))
    ]
    assert not found


def test_the_check_for_upward_lookups_finds_one():
    assert "slots__session" in {name for _line, name in lookups_in("Paper.objects.filter(slots__session=1)")}
    above = names_of_relations_by_floor()[FLOOR["schedule"]]
    assert "slots" in above - fields_up_to(FLOOR["papers"])


def test_every_room_of_the_house_is_installed():
    installed = {name.rpartition(".")[2] for name in settings.INSTALLED_APPS}
    assert set(FLOOR) <= installed


def test_no_package_that_runs_in_production_is_gpl_or_agpl():
    wanted = {
        line.split("==")[0].strip()
        for line in (settings.BASE_DIR / "requirements/base.txt").read_text().splitlines()
        if "==" in line and not line.startswith((" ", "#"))
    }
    for package in metadata.distributions():
        if package.metadata["Name"].lower().replace("_", "-") in wanted:
            words = " ".join(
                [package.metadata.get("License-Expression") or "", *package.metadata.get_all("Classifier", [])]
            )
            assert "Affero" not in words
            assert "GNU General Public" not in words
            assert not words.startswith(("GPL", "AGPL")), package.metadata["Name"]
