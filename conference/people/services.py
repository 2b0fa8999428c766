import datetime as dt
from collections.abc import Iterable, Mapping

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from conference.accounts import queries as accounts
from conference.accounts.models import User
from conference.accounts.services import create_account, take_possession
from conference.audit.services import record
from conference.common.refused import Refused
from conference.common.zones import validate_zone
from conference.editions.models import Edition
from conference.live.publish import look_again_on_commit
from conference.mail.services import queue_mail
from conference.people import queries
from conference.people.imports import Report, Row, check
from conference.people.models import EditionRole, Invitation, Profile, Registration
from conference.people.tokens import hashed, new_token

INVITATION_DAYS = 30
Status = Registration.Status
Source = Registration.Source


# --- Registrations ---------------------------------------------------------------------------------------------------


@transaction.atomic
def register(
    *,
    edition: Edition,
    user: User,
    source: str,
    ticket: str = "",
    status: str = Status.CONFIRMED,
    actor: User | None = None,
) -> Registration:
    """Put `user` on the list of `edition` and return the registration; one that is there is left as it is.

    Tells nobody by mail: see `invite` for that.
    """
    registration, is_new = Registration.objects.get_or_create(
        edition=edition, user=user, defaults={"ticket": ticket, "source": source, "status": status}
    )
    if is_new:
        look_again_on_commit(user.key)
        if actor:
            _record(actor, "registration.add", registration, {"status": status, "ticket": ticket})
    return registration


@transaction.atomic
def invite(
    *, edition: Edition, email: str, name: str, ticket: str = "", source: str = Source.ADMIN, actor: User | None = None
) -> Registration:
    """Register the person behind `email` and write to them; return the registration.

    Whoever has an account and has proved its address is admitted at once. Everybody else gets a link by which they
    enter. Raises `Refused` where the person is on the list already.
    """
    email = email.strip().lower()
    known = accounts.accounts_by_address([email]).get(email)
    user, is_verified = known or (create_account(email=email, name=name or email.partition("@")[0]), False)
    registration = Registration.objects.filter(edition=edition, user=user).first()
    if registration:
        raise Refused("already_registered", _("This person is already on the list of this edition."))
    registration = enrol(edition=edition, user=user, is_verified=is_verified, ticket=ticket, source=source)
    if actor:
        _record(actor, "registration.invite", registration, {"ticket": ticket})
    return registration


@transaction.atomic
def enrol(
    *, edition: Edition, user: User, is_verified: bool, ticket: str, source: str, in_bulk: bool = False
) -> Registration:
    """Register an account that is not on the list, and write to its owner: a link to enter, or that they are in.

    `in_bulk` leaves the sending to the next sweep.
    """
    status = Status.CONFIRMED if is_verified else Status.INVITED
    registration = Registration.objects.create(edition=edition, user=user, ticket=ticket, source=source, status=status)
    if is_verified:
        _tell_registered(registration, in_bulk=in_bulk)
        look_again_on_commit(user.key)
    else:
        _send_invitation(registration, in_bulk=in_bulk)
    return registration


@transaction.atomic
def confirm(*, registration: Registration, actor: User | None) -> None:
    """Admit a person who is invited or was cancelled. Their open pages find out at once."""
    _set_status(registration, Status.CONFIRMED, actor, "registration.confirm")


@transaction.atomic
def cancel(*, registration: Registration, actor: User | None) -> None:
    """Take back an admission: the person's sockets close, and links to enter are void."""
    Invitation.objects.filter(registration=registration, used_at=None).update(expires_at=timezone.now())
    _set_status(registration, Status.CANCELLED, actor, "registration.cancel")


@transaction.atomic
def change_ticket(*, registration: Registration, ticket: str, actor: User | None = None) -> None:
    """Change the type of ticket."""
    if registration.ticket != ticket:
        registration.ticket = ticket
        registration.save(update_fields=["ticket", "changed_at"])
        if actor:
            _record(actor, "registration.ticket", registration, {"ticket": ticket})


@transaction.atomic
def change_registration(*, registration: Registration, values: dict[str, str], actor: User) -> None:
    """Change `ticket` or `status` for an organizer. Raises `Refused` for a way back to "invited"."""
    if "ticket" in values:
        change_ticket(registration=registration, ticket=values["ticket"], actor=actor)
    status = values.get("status", registration.status)
    if status == registration.status:
        return
    if status == Status.INVITED:
        raise Refused("not_again", _("Confirm the person instead: who has no password logs in by a mailed code."))
    (confirm if status == Status.CONFIRMED else cancel)(registration=registration, actor=actor)


@transaction.atomic
def remove(*, registration: Registration, actor: User) -> None:
    """Delete a registration that was made by mistake. Cancelling keeps it, which is nearly always better."""
    _record(actor, "registration.remove", registration)
    look_again_on_commit(registration.user.key)
    registration.delete()


@transaction.atomic
def import_registrations(
    *, edition: Edition, rows: Iterable[Mapping[str, object]], actor: User | None, dry_run: bool = False
) -> Report:
    """Bring the list of `edition` up to a file's rows (`email`, `name`, `ticket`), and say what was done.

    New people are invited, those with an account are admitted, tickets follow the file; who was cancelled stays so, and
    nobody's name is changed. A second run changes nothing. With any problem, or in a dry run, nothing is written.
    """
    report = Report()
    people = check(rows, report)
    addresses = [person.email for person in people]
    listed = queries.registrations_by_address(edition, addresses)
    known = accounts.accounts_by_address(addresses)
    is_write = not dry_run and not report.problems
    for person in people:
        registration = listed.get(person.email)
        if registration is None:
            report.made.append(person.email)
            if is_write:
                _enrol_row(edition, person, known.get(person.email))
        elif registration.ticket != person.ticket and registration.status != Status.CANCELLED:
            report.changed.append(person.email)
            if is_write:
                change_ticket(registration=registration, ticket=person.ticket)
        else:
            report.left.append(person.email)
    if is_write and (report.made or report.changed):
        details: dict[str, object] = {"made": len(report.made), "changed": len(report.changed)}
        record(actor=actor, action="registration.import", edition=edition, details=details)
    return report


# --- Invitations -----------------------------------------------------------------------------------------------------


@transaction.atomic
def resend_invitation(*, registration: Registration, actor: User) -> None:
    """Send a new link; those sent before are void. Raises `Refused` where the person is in, or cancelled."""
    if registration.status != Status.INVITED:
        raise Refused("not_invited", _("Only people who are invited and have not entered yet get an invitation."))
    Invitation.objects.filter(registration=registration, used_at=None).update(expires_at=timezone.now())
    _send_invitation(registration)
    _record(actor, "registration.resend", registration)


@transaction.atomic
def accept_invitation(*, invitation: Invitation, password: str | None) -> bool:
    """Use up an invitation: confirm its registration, and hand its account over to whoever holds the link.

    Return whether the account was handed over: one whose owner has entered by another way in the meantime is not;
    its registration is confirmed all the same. Raises `Refused` where the link is used up, void or too old.
    """
    invitation = Invitation.objects.select_for_update(of=["self"]).get(pk=invitation.pk)
    registration = Registration.objects.select_related("user").get(pk=invitation.registration_id)
    if not invitation.is_usable or registration.status == Status.CANCELLED or not registration.user.is_active:
        raise Refused("invitation_over", _("This link has been used, is too old, or was replaced by a newer one."))
    invitation.used_at = timezone.now()
    invitation.save(update_fields=["used_at"])
    is_handed_over = not accounts.is_verified(registration.user)
    if is_handed_over:
        take_possession(user=registration.user, password=password)
    _set_status(registration, Status.CONFIRMED, registration.user, "registration.accept")
    return is_handed_over


# --- Roles and accounts ----------------------------------------------------------------------------------------------


@transaction.atomic
def grant_role(*, edition: Edition, user: User, role: str, actor: User | None) -> EditionRole:
    """Give `user` a role in `edition` and return it; a repetition changes nothing. An organizer may enter admin."""
    if role not in EditionRole.Role.values:
        raise Refused("unknown_role", _("There is no such role."))
    granted, is_new = EditionRole.objects.get_or_create(edition=edition, user=user, role=role)
    if is_new:
        if role == EditionRole.Role.ORGANIZER and not user.is_staff:
            user.is_staff = True
            user.save(update_fields=["is_staff"])
        look_again_on_commit(user.key)
        record(actor=actor, action="role.grant", target=user, edition=edition, details={"role": role})
    return granted


@transaction.atomic
def revoke_role(*, role: EditionRole, actor: User | None) -> None:
    """Take a role away; open pages find out at once. Who organizes no other edition may no longer enter admin."""
    user, edition, name = role.user, role.edition, role.role
    role.delete()
    organizes = EditionRole.objects.filter(user=user, role=EditionRole.Role.ORGANIZER).exists()
    if name == EditionRole.Role.ORGANIZER and not organizes and not user.is_superuser:
        user.is_staff = False
        user.save(update_fields=["is_staff"])
    look_again_on_commit(user.key)
    record(actor=actor, action="role.revoke", target=user, edition=edition, details={"role": name})


@transaction.atomic
def add_account(*, email: str, name: str, actor: User) -> User:
    """Make an account for somebody, who logs in by a mailed code. Raises `Refused` where there is one."""
    user = create_account(email=email, name=name)
    record(actor=actor, action="account.add", target=user)
    return user


@transaction.atomic
def change_account(*, user: User, values: dict[str, object], actor: User) -> None:
    """Change fields of an account for an organizer; who is no longer active is out at once."""
    if not values:
        return
    for name, value in values.items():
        setattr(user, name, value)
    user.save(update_fields=list(values))
    look_again_on_commit(user.key)
    record(actor=actor, action="account.change", target=user, details={"fields": sorted(values)})


@transaction.atomic
def set_zone(*, user: User, zone: str, is_guess: bool = False) -> bool:
    """Keep the zone that `user` reads times in; return whether it was kept: a guess never replaces a choice.

    Raises `ValidationError` where there is no such zone.
    """
    validate_zone(zone)
    profile, _is_new = Profile.objects.get_or_create(user=user)
    if is_guess and profile.zone_is_chosen:
        return False
    if (profile.zone, profile.zone_is_chosen) != (zone, not is_guess):
        profile.zone, profile.zone_is_chosen = zone, not is_guess
        profile.save(update_fields=["zone", "zone_is_chosen"])
    return True


@transaction.atomic
def end_session(*, user: User, pk: int) -> bool:
    """Log out one of the browsers of `user`, sockets included; return whether there was one."""
    session = UserSession.objects.filter(user=user, pk=pk).first()
    if session is None:
        return False
    session.end()
    look_again_on_commit(user.key)
    return True


# --- Shared by the above ---------------------------------------------------------------------------------------------


def _enrol_row(edition: Edition, person: Row, known: tuple[User, bool] | None) -> Registration:
    user, is_verified = known or (create_account(email=person.email, name=person.name), False)
    return enrol(
        edition=edition, user=user, is_verified=is_verified, ticket=person.ticket, source=Source.IMPORT, in_bulk=True
    )


def _set_status(registration: Registration, status: str, actor: User | None, action: str) -> None:
    if registration.status == status:
        return
    registration.status = status
    registration.save(update_fields=["status", "changed_at"])
    look_again_on_commit(registration.user.key)
    _record(actor, action, registration)


def _record(
    actor: User | None, action: str, registration: Registration, details: dict[str, object] | None = None
) -> None:
    record(actor=actor, action=action, target=registration.user, edition=registration.edition, details=details)


def _send_invitation(registration: Registration, *, in_bulk: bool = False) -> None:
    token = new_token()
    expires_at = timezone.now() + dt.timedelta(days=INVITATION_DAYS)
    invitation = Invitation.objects.create(registration=registration, token_hash=hashed(token), expires_at=expires_at)
    queue_mail(
        template="invitation",
        recipient=registration.user.email,
        user=registration.user,
        context=_about(registration) | {"path": reverse("invitation", args=[token]), "days": INVITATION_DAYS},
        once=f"invitation:{invitation.pk}",
        has_secret=True,
        due_at=timezone.now() if in_bulk else None,
    )


def _tell_registered(registration: Registration, *, in_bulk: bool) -> None:
    queue_mail(
        template="registered",
        recipient=registration.user.email,
        user=registration.user,
        context=_about(registration) | {"path": registration.edition.get_absolute_url()},
        once=f"registered:{registration.pk}",
        due_at=timezone.now() if in_bulk else None,
    )


def _about(registration: Registration) -> dict[str, object]:
    return {"name": registration.user.name, "edition": registration.edition, "ticket": registration.ticket}
