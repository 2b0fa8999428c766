import time

from celery import Celery

from conference.celery import app
from conference.common.jobs import enqueue


def test_a_broker_that_is_away_costs_a_page_a_moment(monkeypatch):
    away = Celery("away", broker="redis://127.0.0.1:1/0", set_as_current=False)
    away.conf.broker_transport_options = app.conf.broker_transport_options
    monkeypatch.setattr("conference.common.jobs.current_app", away)
    began = time.monotonic()
    assert not enqueue("mail.send", 1)
    assert time.monotonic() - began < 2
