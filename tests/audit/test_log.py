import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from conference.audit import queries
from conference.audit.models import Entry
from conference.audit.services import record
from tests.factories import EditionFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_an_entry_names_actor_edition_and_target_by_their_keys_only():
    actor, edition, target = UserFactory(name="Ada"), EditionFactory(slug="2031"), UserFactory(name="Grace")
    entry = record(actor=actor, action="role.grant", target=target, edition=edition, details={"role": "host"})
    assert (entry.actor_key, entry.target, entry.edition_slug) == (actor.key, f"user:{target.key}", "2031")
    assert "Ada" not in str(vars(entry))


def test_entries_follow_each_other_in_a_chain():
    entries = [record(actor=None, action=f"act.{number}") for number in range(3)]
    assert [entry.previous_hash for entry in entries] == ["", entries[0].hash, entries[1].hash]
    verdict = queries.verify()
    assert (verdict.checked, verdict.last_hash, verdict.broken) == (3, entries[2].hash, None)


@pytest.mark.parametrize("details", [{"share": 0.1}, {"big": 1e22}, {"b": 1, "a": [None, True]}, {"text": "ሐተታ\n\"'"}])
def test_the_hash_survives_the_way_through_the_database(details):
    record(actor=None, action="act", details=details)
    assert queries.verify().broken is None


@pytest.mark.parametrize("act", [lambda rows: rows.update(action="other"), lambda rows: rows.delete()])
def test_an_entry_is_neither_changed_nor_deleted(act):
    record(actor=None, action="act")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        act(Entry.objects.all())


def _with_the_trigger_off(statement):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_append_only")
        cursor.execute(statement)
        cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER audit_append_only")


def test_tampering_is_found(capsys):
    second = [record(actor=None, action=f"act.{number}") for number in range(3)][1]
    call_command("verify_audit")
    assert "3 entries hold" in capsys.readouterr().out
    _with_the_trigger_off("UPDATE audit_entry SET action = 'nothing' WHERE action = 'act.1'")
    with pytest.raises(CommandError, match=str(second.pk)):
        call_command("verify_audit")


def test_a_removed_entry_is_found():
    third = [record(actor=None, action=f"act.{number}") for number in range(3)][2]
    _with_the_trigger_off("DELETE FROM audit_entry WHERE action = 'act.1'")
    assert queries.verify().broken == third.pk


def test_entries_cut_off_at_the_end_are_found_by_a_noted_hash():
    last = [record(actor=None, action=f"act.{number}") for number in range(3)][2]
    call_command("verify_audit", noted=last.hash)
    _with_the_trigger_off("DELETE FROM audit_entry WHERE action = 'act.2'")
    assert queries.verify().broken is None
    with pytest.raises(CommandError, match="noted hash"):
        call_command("verify_audit", noted=last.hash)


@pytest.mark.django_db(transaction=True)
def test_the_chain_stays_linear_when_many_act_at_once():
    def act():
        try:
            for number in range(5):
                record(actor=None, action=f"act.{number}")
        finally:
            connection.close()

    threads = [threading.Thread(target=act) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert queries.verify().checked == 40
    assert queries.verify().broken is None


def test_the_log_can_be_read_but_not_written_in_admin(admin_client):
    record(actor=UserFactory(name="Ada"), action="role.grant", target="user:k3v9")
    entry = Entry.objects.get()
    page = admin_client.get("/admin/audit/entry/").content.decode()
    assert "role.grant" in page
    assert "Ada" in page
    assert admin_client.get(f"/admin/audit/entry/{entry.pk}/change/").status_code == 200
    assert admin_client.get("/admin/audit/entry/add/").status_code == 403
    assert admin_client.post(f"/admin/audit/entry/{entry.pk}/delete/", {"post": "yes"}).status_code == 403
