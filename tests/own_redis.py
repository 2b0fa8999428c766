"""Gives each pytest worker a Redis database of its own; loaded by `-p`, before pytest-django reads the settings."""

import os

from conference.stack.addresses import with_redis_database

WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) + 1
if "REDIS_URL" in os.environ:
    os.environ["REDIS_URL"] = with_redis_database(os.environ["REDIS_URL"], WORKER)
