"""Registrations as a spreadsheet, for import and export in admin."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy
from import_export.fields import Field
from import_export.forms import ConfirmImportForm, ImportForm
from import_export.results import Result
from tablib import Dataset

from conference.accounts import queries as accounts
from conference.accounts.models import User
from conference.audit.base_admin import BaseResource
from conference.editions.models import Edition
from conference.people import services
from conference.people.imports import Report, check
from conference.people.models import Registration


class RegistrationImportForm(ImportForm):
    """The file and the edition it is for."""

    edition = forms.ModelChoiceField(Edition.objects.all(), label=gettext_lazy("Edition"))


class ConfirmRegistrationImportForm(ConfirmImportForm):
    """The same edition once more."""

    edition = forms.ModelChoiceField(Edition.objects.all(), widget=forms.HiddenInput)


class RegistrationResource(BaseResource):
    """`email,name,ticket`. The checks and the writing are those of `manage.py import_registrations`."""

    email = Field(attribute="user__email", column_name="email", readonly=True)
    name = Field(attribute="user__name", column_name="name", readonly=True)
    status = Field(attribute="status", column_name="status", readonly=True)

    class Meta(BaseResource.Meta):
        model = Registration
        import_id_fields = ["email"]
        fields = ["email", "name", "ticket", "status"]

    def __init__(self, edition: Edition | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.edition = edition
        self.problems: dict[int, str] = {}
        self.known: dict[str, tuple[User, bool]] = {}

    def get_queryset(self) -> QuerySet[Registration]:
        found = Registration.objects.select_related("user", "edition")
        return found.filter(edition=self.edition) if self.edition else found

    def before_import(self, dataset: Dataset, **_kwargs: Any) -> None:
        """Check the whole file at once, as the command does, and look all accounts up."""
        dataset.headers = [str(header or "").strip().lower() for header in dataset.headers]
        report = Report()
        people = check(dataset.dict, report)
        self.problems = dict(report.problems)
        self.known = accounts.accounts_by_address([person.email for person in people])

    def before_import_row(self, _row: dict[str, Any], row_number: int = 0, **_kwargs: Any) -> None:
        if problem := self.problems.get(row_number + 1):
            raise ValidationError(problem)

    def key_in(self, row: dict[str, Any]) -> tuple[str, ...]:
        return (_address(row),)

    def init_instance(self, row: dict[str, Any] | None = None) -> Registration:
        """Show in the preview what a new row would become."""
        row = row or {}
        user, is_verified = self.known.get(_address(row)) or (
            User(email=_address(row), name=str(row.get("name") or "")),
            False,
        )
        status = Registration.Status.CONFIRMED if is_verified else Registration.Status.INVITED
        return Registration(edition=self.edition, user=user, status=status)

    def skip_row(self, instance: Registration, original: Registration, row: dict[str, Any], *args: Any) -> bool:
        """Leave who was cancelled as they are; a new person is never left out."""
        if instance.pk is None:
            return False
        return instance.status == Registration.Status.CANCELLED or super().skip_row(instance, original, row, *args)

    def save_instance(self, instance: Registration, is_create: bool, row: dict[str, Any], **kwargs: Any) -> None:  # noqa: FBT001 - the library's
        """Do nothing: `after_import` writes all rows by one service."""

    def after_import(self, dataset: Dataset, result: Result, **kwargs: Any) -> None:
        if self._is_dry_run(kwargs) or result.has_validation_errors() or self.edition is None:
            return
        services.import_registrations(edition=self.edition, rows=dataset.dict, actor=kwargs.get("user"))


def _address(row: dict[str, Any]) -> str:
    return str(row.get("email") or "").strip().lower()
