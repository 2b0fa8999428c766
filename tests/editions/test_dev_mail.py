"""The page of mails while developing: its view lives in mail, its address here."""

import pytest
from django.core.mail import EmailMessage, get_connection

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings, tmp_path):
    settings.EMAIL_FILE_PATH = tmp_path
    connection = get_connection("django.core.mail.backends.filebased.EmailBackend", file_path=str(tmp_path))
    connection.send_messages(
        [
            EmailMessage("Your code: é", "Open https://hatata.example/x?a=1&b=2 now.", to=["ada@example.org"]),
            EmailMessage("<b>Second</b>", "Hello", to=["grace@example.org"]),
        ]
    )
    return tmp_path


def test_mails_can_be_read_while_developing(client, settings, folder):
    settings.DEBUG = True
    page = client.get("/dev/mail/").content.decode()
    assert "Your code: é" in page
    assert 'href="https://hatata.example/x?a=1&amp;b=2"' in page
    assert "&lt;b&gt;Second&lt;/b&gt;" in page


def test_there_is_nothing_to_read_in_production(client, settings, folder):
    settings.DEBUG = False
    assert client.get("/dev/mail/").status_code == 404


def test_no_mails_are_no_fault(client, settings, tmp_path):
    settings.DEBUG, settings.EMAIL_FILE_PATH = True, tmp_path / "nothing"
    assert "No mail yet" in client.get("/dev/mail/").content.decode()
