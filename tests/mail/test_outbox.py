import datetime as dt
import smtplib
import threading

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from conference.common.refused import Refused
from conference.mail import services, tasks
from conference.mail.models import Delivery
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
State = Delivery.State


@pytest.fixture(autouse=True)
def _templates(settings, tmp_path):
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail/greeting.subject.txt").write_text("Hello {{ name }}\n")
    (tmp_path / "mail/greeting.body.txt").write_text("Dear {{ name }},\nread {{ site }}/2031/\n")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], tmp_path]}]


def queue(once="greeting:1", **fields):
    values = {"template": "greeting", "recipient": "ada@example.org", "context": {"name": "Ada"}, **fields}
    return services.queue_mail(once=once, **values)


def test_a_mail_is_written_with_its_text_and_queued_after_commit(django_capture_on_commit_callbacks, settings):
    with django_capture_on_commit_callbacks() as after_commit:
        delivery = queue()
    assert (delivery.subject, delivery.state) == ("Hello Ada", State.QUEUED)
    assert delivery.text == f"Dear Ada,\nread {settings.SITE_URL}/2031/\n"
    assert len(after_commit) == 1


def test_a_mail_of_one_name_is_written_once():
    assert queue().pk == queue(context={"name": "Grace"}).pk
    assert Delivery.objects.count() == 1


def test_plain_text_is_not_escaped_as_html():
    assert queue(context={"name": "O'Neill & <b>"}).subject == "Hello O'Neill & <b>"


def test_a_line_break_in_a_name_makes_no_header():
    delivery = queue(context={"name": "Ada\r\nBcc: everybody@example.org"})
    assert delivery.subject == "Hello Ada Bcc: everybody@example.org"
    services.deliver(pk=delivery.pk)
    assert mail.outbox[0].recipients() == ["ada@example.org"]


@pytest.mark.parametrize(
    "recipient", ["ada@example.org\nBcc: x@example.org", "no address", "a@example.org,b@example.org"]
)
def test_a_recipient_that_is_no_single_address_is_refused(recipient):
    with pytest.raises(ValidationError):
        queue(recipient=recipient)
    assert not Delivery.objects.exists()


def test_the_task_sends_a_mail_once():
    delivery = queue()
    tasks.send(delivery.pk)
    tasks.send(delivery.pk)
    tasks.sweep()
    delivery.refresh_from_db()
    assert len(mail.outbox) == 1
    assert mail.outbox[0].to == ["ada@example.org"]
    assert (delivery.state, delivery.attempts) == (State.SENT, 1)
    assert delivery.sent_at is not None


def test_every_attempt_bears_the_same_message_id():
    delivery = queue()
    services.deliver(pk=delivery.pk)
    services.send_again(delivery=delivery, actor=UserFactory())
    services.deliver(pk=delivery.pk)
    assert mail.outbox[0].extra_headers["Message-ID"] == mail.outbox[1].extra_headers["Message-ID"]


def test_the_sweep_sends_what_is_due_and_nothing_else():
    queue("now")
    queue("later", due_at=timezone.now() + dt.timedelta(hours=1))
    tasks.sweep()
    assert len(mail.outbox) == 1
    assert Delivery.objects.get(once="later").state == State.QUEUED


def test_a_mail_with_a_due_time_is_left_to_the_sweep(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as after_commit:
        queue(due_at=timezone.now())
    assert not after_commit


def _refuse(monkeypatch, problem):
    def send(*_args, **_kwargs):
        raise problem

    monkeypatch.setattr("django.core.mail.EmailMessage.send", send)


def test_a_refused_mail_is_tried_again_later_and_at_last_given_up(monkeypatch):
    delivery = queue()
    _refuse(monkeypatch, smtplib.SMTPServerDisconnected("gone"))
    waits = []
    for _attempt in range(services.ATTEMPTS):
        assert Delivery.objects.get().state == State.QUEUED
        Delivery.objects.update(due_at=timezone.now())
        before = timezone.now()
        assert not services.deliver(pk=delivery.pk)
        waits.append(round((Delivery.objects.get().due_at - before).total_seconds() / 60))
    delivery.refresh_from_db()
    assert waits == [1, 2, 4, 8, 16, 32, 64]
    assert delivery.state == State.FAILED
    assert delivery.error == "SMTPServerDisconnected: gone"


def test_one_refused_mail_does_not_hold_up_the_others(monkeypatch):
    queue("first", recipient="broken@example.org")
    queue("second")
    send = mail.EmailMessage.send

    def pick(message, **kwargs):
        if message.to == ["broken@example.org"]:
            raise smtplib.SMTPRecipientsRefused({})
        return send(message, **kwargs)

    monkeypatch.setattr("django.core.mail.EmailMessage.send", pick)
    tasks.sweep()
    assert [message.to for message in mail.outbox] == [["ada@example.org"]]


def test_a_secret_is_gone_from_the_database_once_it_is_sent():
    delivery = queue(has_secret=True)
    services.deliver(pk=delivery.pk)
    delivery.refresh_from_db()
    assert delivery.text == ""
    assert "Dear Ada" in mail.outbox[0].body
    with pytest.raises(Refused):
        services.send_again(delivery=delivery, actor=UserFactory())


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_a_mail_once(monkeypatch):
    delivery = queue()
    sending, sent_elsewhere, results = threading.Event(), threading.Event(), []
    send = mail.EmailMessage.send

    def slow(message, **kwargs):
        sending.set()
        assert sent_elsewhere.wait(10)
        return send(message, **kwargs)

    monkeypatch.setattr("django.core.mail.EmailMessage.send", slow)

    def work():
        try:
            results.append(services.deliver(pk=delivery.pk))
        finally:
            connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    assert sending.wait(10)
    assert services.deliver(pk=delivery.pk) is False
    tasks.sweep()
    sent_elsewhere.set()
    worker.join()
    assert results == [True]
    assert len(mail.outbox) == 1


def test_an_organizer_finds_failed_mails_and_sends_them_again(admin_client):
    Delivery.objects.filter(pk=queue().pk).update(state=State.FAILED, attempts=7)
    page = admin_client.get("/admin/mail/delivery/?state=failed")
    assert "ada@example.org" in page.content.decode()
    pk = Delivery.objects.get().pk
    answer = admin_client.post("/admin/mail/delivery/", {"action": "send_again", "_selected_action": [pk]}, follow=True)
    assert "1 mail is queued again." in answer.content.decode()
    assert Delivery.objects.get().state == State.QUEUED


def test_an_organizer_does_not_read_a_secret(admin_client):
    delivery = queue(has_secret=True)
    page = admin_client.get(f"/admin/mail/delivery/{delivery.pk}/change/").content.decode()
    assert "it holds a secret" in page
    assert "Dear Ada" not in page
