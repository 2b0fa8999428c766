"""Take the pictures of README.md on the demo conference: `make screenshots`. Runs inside `conference.stack.testing`."""

import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from conference.stack import parts  # noqa: E402 - found by the line above
from tests.browser.servers import answers, free_address, running  # noqa: E402

TO = ROOT / "docs" / "screenshots"
CHROMIUM = os.environ.get("HATATA_CHROMIUM", "/usr/bin/chromium")
ZONE = "Australia/Sydney"
SHOTS = (
    # name, address, width, height, dark
    ("landing", "/", 1280, 800, False),
    ("home", "/{edition}/", 1280, 800, False),
    ("papers", "/{edition}/papers/", 1280, 800, False),
    ("paper", "{paper}", 1280, 800, False),
    ("schedule", "/{edition}/schedule/", 1280, 800, False),
    ("phone", "{paper}", 390, 720, True),
)


def main() -> None:
    """Load the demo, start the web server, take every picture."""
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "conference.settings"}
    for command in (["migrate", "--verbosity", "0"], ["load_demo"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=env, check=True)
    TO.mkdir(parents=True, exist_ok=True)
    address = free_address()
    env["SITE_URL"] = address
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        ready = {"log": Path(folder) / "web.log", "is_ready": lambda: answers(address)}
        command = parts.web_command(int(address.rpartition(":")[2]))
        with running(command, env=env, **ready):
            browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
            take_all(browser, address)
            browser.close()


def take_all(browser: Browser, address: str) -> None:
    """Walk the pages, as the public for the landing page and as an attendee for all others."""
    edition = paper = ""
    for name, path, width, height, dark in SHOTS:
        scheme = "dark" if dark else "light"
        context = browser.new_context(
            base_url=address,
            viewport={"width": width, "height": height},
            timezone_id=ZONE,
            color_scheme=scheme,
            device_scale_factor=1 if width > 1000 else 2,  # noqa: PLR2004 - a phone
            reduced_motion="reduce",
        )
        context.add_cookies([{"name": "zone", "value": ZONE, "url": address}])
        page = context.new_page()
        if name != "landing":
            log_in(page)
            edition = edition or page.url.rstrip("/").rpartition("/")[2]
            paper = paper or first_paper(page, edition)
        page.goto(path.format(edition=edition, paper=paper))
        page.wait_for_load_state("networkidle")
        page.evaluate("document.querySelector('[data-now-line]')?.scrollIntoView({ block: 'center' })")
        save(page.screenshot(), TO / f"{name}.webp")
        context.close()


def log_in(page: Page) -> None:
    """Use the form, as people do."""
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill("attendee@example.org")
    page.locator("[name=password]").fill("hatata-demo")
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/accounts/" not in url)


def first_paper(page: Page, edition: str) -> str:
    """Return the address of a paper that has been talked about, else of the first one."""
    page.goto(f"/{edition}/papers/?q=radio")
    link = page.locator(".paper-card a").first
    return link.get_attribute("href") or f"/{edition}/papers/"


def save(png: bytes, path: Path) -> None:
    """Keep the picture small: it is committed."""
    with Image.open(io.BytesIO(png)) as picture:
        picture.convert("RGB").save(path, "WEBP", quality=82, method=6)
    print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
