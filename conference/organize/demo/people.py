"""Who is in the demo: the five accounts that visitors log in with, and those who talk in the chat."""

from collections.abc import Mapping

from django.contrib.auth.hashers import make_password
from django.utils.text import slugify

from conference.accounts.models import User
from conference.accounts.services import create_account
from conference.editions.models import Edition
from conference.organize.demo import words
from conference.people import services
from conference.people.models import EditionRole, Registration

PASSWORD = "hatata-demo"  # noqa: S105 - told to everybody; the command refuses to run where that would matter
ORGANIZER = "organizer@example.org"
AUTHOR = "author@example.org"
LOGINS = {
    ORGANIZER: "Meron Alemayehu-Stein",
    "attendee@example.org": "Ada Nwosu-Bergman",
    "attendee2@example.org": "Daichi Fernández-Ito",
    AUTHOR: "Lucía Ferrer",
    "outsider@example.org": "Noa Lindqvist-Adler",
}
OUTSIDERS = {"outsider@example.org"}
TICKETS = ("regular", "student", "regular", "student", "solidarity")


def authors_of(key: str) -> list[str]:
    """Return the names of the authors of a paper."""
    return next(paper["authors"] for theme in words.themes() for paper in theme["papers"] if paper["key"] == key)


def make(*, edition: Edition) -> Mapping[str, User]:
    """Make the accounts, register all but the outsider, and return them by name.

    Only the five logins have a password. Accounts that another edition's demo left are used again.
    """
    talk = words.read("chat")
    names = [*talk["people"].values(), *(authors_of(key)[0] for key in talk["rooms"])]
    emails = {name: email for email, name in LOGINS.items()}
    for name in names:
        emails.setdefault(name, f"{slugify(name)}@example.org")
    hashed = make_password(PASSWORD)  # once: it is slow on purpose
    accounts = {name: _account(email, name, hashed) for name, email in emails.items()}
    for number, (name, user) in enumerate(accounts.items()):
        if emails[name] not in OUTSIDERS:
            _register(edition, user, TICKETS[number % len(TICKETS)])
    services.grant_role(edition=edition, user=accounts[LOGINS[ORGANIZER]], role=EditionRole.Role.ORGANIZER, actor=None)
    return accounts


def _account(email: str, name: str, hashed: str) -> User:
    known = User.objects.filter(email=email).first()
    if known:
        return known
    user = create_account(email=email, name=name, is_verified=True)
    if email in LOGINS:
        user.password = hashed
    if email == ORGANIZER:
        user.is_staff = user.is_superuser = True  # sees all of admin, so that all of it can be tried out
    user.save()
    return user


def _register(edition: Edition, user: User, ticket: str) -> None:
    services.register(
        edition=edition,
        user=user,
        ticket=ticket,
        source=Registration.Source.DEMO,
        status=Registration.Status.CONFIRMED,
    )
