from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from conference.mail.services import queue_mail
from tests.factories import EditionFactory

FOLDER = Path(settings.BASE_DIR) / "templates/mail"
NAMES = sorted(str(path.relative_to(FOLDER)).removesuffix(".subject.txt") for path in FOLDER.rglob("*.subject.txt"))


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_every_mail_can_be_written_and_names_the_site_or_holds_a_code(name):
    context = {
        "name": "Ada",
        "email": "ada@example.org",
        "code": "ABC-123",
        "user": "Ada",
        "ip": "127.0.0.1",
        "user_agent": "Browser",
        "timestamp": timezone.now(),
        "from_email": "a@b.org",
        "to_email": "c@d.org",
        "deleted_email": "a@b.org",
        "edition": EditionFactory(),
        "path": "/x/",
        "days": 30,
        "ticket": "",
        "password_reset_url": f"{settings.SITE_URL}/x/",
        "signup_url": f"{settings.SITE_URL}/y/",
    }
    delivery = queue_mail(template=name, recipient="ada@example.org", context=context, once=name)
    assert delivery.subject
    assert "{" not in delivery.subject + delivery.text
    assert settings.SITE_URL in delivery.text or "ABC-123" in delivery.text


def test_there_is_a_mail_of_ours_for_each_that_accounts_can_send():
    assert {name.removeprefix("account/") for name in NAMES if name.startswith("account/")} >= {
        *("login_code", "password_reset_code", "email_confirmation", "email_confirmation_signup", "unknown_account"),
        *("account_already_exists", "password_changed", "password_reset", "password_set", "email_changed"),
        *("email_confirm", "email_deleted"),
    }
