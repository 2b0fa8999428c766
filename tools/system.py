"""Find or install what tests need beside Python packages, and print the path of Chromium.

Chromium: the one `HATATA_CHROMIUM` names, the system's, Debian's package (as root), or Playwright's own download.
nginx, which checks our configuration: the system's or Debian's package; without it that test is skipped.
"""

import os
import shutil
import subprocess
import sys

CHROMIUM = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def find(*names: str) -> str | None:
    """The first of these programs that is there; daemons often lie outside an ordinary user's PATH."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
    return next((found for name in names if (found := shutil.which(name, path=path))), None)


def install_debian_packages(packages: list[str]) -> None:
    """Install them if we may; says on stderr what happens, and goes on whatever happens."""
    if not packages or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print(f"Installing {' and '.join(packages)} with apt-get …", file=sys.stderr, flush=True)
    # In run level 1 a package does not start its service.
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    install = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", *packages]
    for command in (["apt-get", "update", "--quiet"], install):
        done = subprocess.run(
            command, check=False, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        if done.returncode:
            print(done.stdout, f"{' '.join(command)} failed.", file=sys.stderr)


def playwrights_chromium() -> str:
    """Playwright's own download; its exit status and output say why if it cannot be had."""
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True, stdout=sys.stderr)
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - slow, and seldom needed

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def main() -> None:
    """Print the path of a Chromium."""
    named = os.environ.get("HATATA_CHROMIUM")
    missing = ["chromium"] if not named and not find(*CHROMIUM) else []
    missing += [] if find("nginx") else ["nginx-light"]
    install_debian_packages(missing)
    print(named or find(*CHROMIUM) or playwrights_chromium())


if __name__ == "__main__":
    main()
