#!/usr/bin/env python
"""Django's command line."""

import os
import sys


def main() -> None:
    """Run the management command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conference.settings")
    if sys.argv[1:2] == ["up"]:  # for trying out and developing; production starts its parts itself
        os.environ.setdefault("DEBUG", "1")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - settings must be named first

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
