"""What `make` promises, and what is pinned."""

import json
import re
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
ICON_IN_TEMPLATE = re.compile(r"""\{% icon "([\w-]+)" %\}|icon_name="([\w-]+)\"""")


def test_make_alone_lists_every_public_target():
    listed = subprocess.run(["make"], cwd=REPOSITORY, check=True, capture_output=True, text=True).stdout
    makefile = (REPOSITORY / "Makefile").read_text()
    targets = set(re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE).group(1).split())
    assert set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)) == targets
    for target in targets - {"venv", "venv-work"}:
        assert f"make {target} " in listed


@pytest.mark.parametrize("name", ["bootstrap", "base", "run", "work", "node"])
def test_every_python_package_is_pinned_with_hashes(name):
    lines = (REPOSITORY / "requirements" / f"{name}.txt").read_text()
    packages = re.split(r"^(?=[\w])", lines, flags=re.MULTILINE)[1:]
    assert packages
    for package in packages:
        assert re.match(r"[\w.-]+==\S+", package), package
        assert "--hash=sha256:" in package, package
    assert "://" not in lines


def test_browser_packages_are_locked_by_content_and_not_by_address():
    lock = json.loads((REPOSITORY / "package-lock.json").read_text())
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert packages
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())
    assert not any("resolved" in package for package in packages.values())


def test_every_icon_that_a_template_names_is_in_the_sprite():
    sprite = (REPOSITORY / "static" / "vendor" / "icons.svg").read_text()
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', sprite))
    texts = [path.read_text() for path in (REPOSITORY / "templates").rglob("*.html")]
    named = {name for text in texts for pair in ICON_IN_TEMPLATE.findall(text) for name in pair if name}
    assert named
    assert named <= drawn
