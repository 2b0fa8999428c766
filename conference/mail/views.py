"""The mails of an installation that sends none (files under var/mail), readable while developing."""

import email.policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from conference.common.access import PUBLIC

SHOWN = 50


@PUBLIC
@require_safe
def dev_mail(request: HttpRequest) -> HttpResponse:
    """Show the latest mails. Anybody can read them, and the links in them: so only under DEBUG."""
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    if not settings.DEBUG or folder is None:
        raise Http404
    files = sorted(Path(folder).glob("*.log"), key=lambda file: file.stat().st_mtime, reverse=True)[:SHOWN]
    mails = [mail for file in files for mail in reversed(mails_in(file.read_bytes()))]
    return render(request, "mail/dev_mail.html", {"mails": mails[:SHOWN], "folder": folder})


def mails_in(content: bytes) -> list[dict[str, str]]:
    """Return the mails in a file of Django's file-based backend, which divides them by a line of hyphens."""
    return [_as_shown(part) for part in content.split(b"\n" + b"-" * 79 + b"\n") if part.strip()]


def _as_shown(content: bytes) -> dict[str, str]:
    message = email.message_from_bytes(content.strip(), policy=email.policy.default)
    body = message.get_body(("plain",)) if isinstance(message, EmailMessage) else None
    return {
        "to": message["To"] or "",
        "subject": message["Subject"] or "",
        "date": message["Date"] or "",
        "text": body.get_content() if body else "",
    }
