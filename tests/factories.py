"""Rows for tests: the least that is valid, with room for what a test is about."""

import datetime as dt

import factory
from django.utils import timezone

from chat.models import Room
from conference.accounts.models import User
from conference.editions.models import Edition
from conference.people.models import EditionRole, Registration
from papers.models import Authorship, Paper
from schedule.models import Session, Slot


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    name = factory.Sequence("Person {}".format)
    email = factory.Sequence("person{}@example.org".format)


class EditionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Edition

    slug = factory.Sequence(lambda n: f"{2030 + n}")
    name = factory.LazyAttribute(lambda edition: f"Conference {edition.slug}")
    starts_on = factory.LazyFunction(lambda: timezone.now().date())
    ends_on = factory.LazyAttribute(lambda edition: edition.starts_on + dt.timedelta(days=4))


class RegistrationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Registration

    edition = factory.SubFactory(EditionFactory)
    user = factory.SubFactory(UserFactory)
    status = Registration.Status.CONFIRMED
    source = Registration.Source.ADMIN


class EditionRoleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = EditionRole

    edition = factory.SubFactory(EditionFactory)
    user = factory.SubFactory(UserFactory)
    role = EditionRole.Role.ORGANIZER


class RoomFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Room

    edition = factory.SubFactory(EditionFactory)
    kind = "paper"
    name = factory.Sequence("Room {}".format)


class PaperFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Paper

    edition = factory.SubFactory(EditionFactory)
    title = factory.Sequence("Paper {}".format)
    abstract = "We study a problem and solve it."
    room = factory.SubFactory(RoomFactory, edition=factory.SelfAttribute("..edition"))


class AuthorshipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Authorship

    paper = factory.SubFactory(PaperFactory)
    name = factory.Sequence("Author {}".format)
    position = factory.Sequence(int)


class SessionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Session

    edition = factory.SubFactory(EditionFactory)
    title = factory.Sequence("Session {}".format)
    starts_at = factory.LazyFunction(lambda: timezone.now().replace(minute=0, second=0, microsecond=0))
    ends_at = factory.LazyAttribute(
        lambda session: session.starts_at + dt.timedelta(hours=1) if session.starts_at else None
    )


class SlotFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Slot

    session = factory.SubFactory(SessionFactory)
    paper = factory.SubFactory(PaperFactory, edition=factory.SelfAttribute("..session.edition"))
