"""The Celery app. Tasks take primary keys, load rows and call one service; nothing here holds a rule."""

import os

from celery import Celery
from celery.signals import worker_process_init

from conference.stack.launch import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conference.settings")

app = Celery("hatata")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    # A broker that is away must cost a page a moment, not a minute.
    broker_transport_options={
        "max_retries": 0,  # of one hand-over; workers and beat connect again on their own
        "socket_connect_timeout": 1,
        "socket_timeout": 5,
        "visibility_timeout": 600,
    },
    task_default_queue="urgent",
    # A sweep behind a long computation would find nothing in time: only the computation itself is for "batch".
    task_routes={"mail.*": {"queue": "mail"}, "papers.rebuild": {"queue": "batch"}},
    # Sweeps find every row whose effect did not happen (docs/developers.md, "The life of a schedule change").
    beat_schedule={
        "mail": {"task": "mail.sweep", "schedule": 30},
        "schedule changes": {"task": "schedule.sweep_changes", "schedule": 30},
        "recommendations": {"task": "papers.sweep_rebuilds", "schedule": 30},
    },
)
app.autodiscover_tasks()

# A killed worker must leave no child that goes on with a task somebody else gets again.
worker_process_init.connect(lambda **_: die_with_parent(), weak=False)
