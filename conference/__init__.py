"""Hatata's project package. Importing it makes the Celery app the default one."""

from conference.celery import app as celery_app

__all__ = ["celery_app"]
