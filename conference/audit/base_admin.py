"""What every organizer's screen stands on: saving goes through services, and each act is recorded.

A subclass of `BaseModelAdmin` overrides `save_with` and `delete_with` to call its services. A subclass of
`BaseResource` (imports) overrides `save_with` and, where rows are looked up by more than their own fields, `key_of`.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from import_export.admin import ImportExportMixin
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import ModelResource
from import_export.results import Result
from import_export.tmp_storages import CacheStorage
from tablib import Dataset

from conference.audit.services import record
from conference.audit.sheets import SafeCSV, SafeXLSX
from conference.common.refused import Refused


class BaseModelAdmin(admin.ModelAdmin):
    """A screen over one model. `is_audited_by_service`: its services write their own entries, so the screen does not."""

    list_per_page = 50
    show_full_result_count = False  # counting the unfiltered list costs a query and tells nobody anything
    save_on_top = True
    is_audited_by_service = False

    def save_with(self, request: HttpRequest, obj: Any, form: ModelForm, *, change: bool) -> Any:
        """Save through a service and return the row; may raise `Refused`. Here: nothing has rules, so save the row."""
        obj.save()
        return obj

    def delete_with(self, request: HttpRequest, obj: Any) -> None:
        """Delete through a service; may raise `Refused`."""
        obj.delete()

    def changed(self, form: ModelForm) -> dict[str, Any]:
        """Return the values of the fields that the organizer changed, by name: what services take as arguments."""
        return {name: form.cleaned_data[name] for name in form.changed_data if name in form.cleaned_data}

    def view_on_site(self, obj: models.Model) -> str | None:
        """Link to the page on the site, where the row has one."""
        address = getattr(obj, "get_absolute_url", None)
        return address() if address else None

    # --- How Django admin gets to the above ---

    def save_model(self, request: HttpRequest, obj: models.Model, form: ModelForm, change: bool) -> None:  # noqa: FBT001 - Django's
        saved = self.save_with(request, obj, form, change=change)
        if saved is not None and saved is not obj:
            vars(obj).update(vars(saved))  # admin goes on with its own instance: inlines, message, redirect

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        self.delete_with(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        with transaction.atomic():
            for obj in queryset:
                self.delete_with(request, obj)

    def changeform_view(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return self._or_say_why(request, lambda: super(BaseModelAdmin, self).changeform_view(request, *args, **kwargs))

    def delete_view(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return self._or_say_why(request, lambda: super(BaseModelAdmin, self).delete_view(request, *args, **kwargs))

    def changelist_view(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return self._or_say_why(request, lambda: super(BaseModelAdmin, self).changelist_view(request, *args, **kwargs))

    def _or_say_why(self, request: HttpRequest, view: Callable[[], HttpResponse]) -> HttpResponse:
        """Show a service's no as a message; the transaction around the act has rolled back."""
        if request.method != "POST":
            return view()
        try:
            with transaction.atomic():
                return view()
        except Refused as no:
            self.message_user(request, no.text, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    # --- The record ---

    def log_addition(self, request: HttpRequest, obj: models.Model, message: object) -> Any:
        self._record(request, obj, "add")
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: models.Model, message: object) -> Any:
        if message:
            self._record(request, obj, "change", {"fields": _changed_fields(message)})
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: models.QuerySet) -> Any:
        for obj in queryset:
            self._record(request, obj, "delete")
        return super().log_deletions(request, queryset)

    def _record(self, request: HttpRequest, obj: Any, verb: str, details: dict[str, object] | None = None) -> None:
        if not self.is_audited_by_service:
            record(
                actor=request.user,
                action=f"{obj._meta.model_name}.{verb}",
                target=obj,
                edition=getattr(obj, "edition", None),
                details=details,
            )


def _changed_fields(message: object) -> list[str]:
    """Return the fields, or kinds of rows, that Django's message about a change names; never what stood in them."""
    if not isinstance(message, list):
        return []
    return [
        name
        for part in message
        for verb, what in part.items()
        for name in ([f"{verb} {what['name']}"] if "name" in what else what.get("fields", []))
    ]


class ReadOnlyAdmin(BaseModelAdmin):
    """A screen for looking only."""

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class PreloadingLoader(BaseInstanceLoader):
    """Loads all rows of a resource at once and finds each by `key_of`, instead of asking for row after row."""

    def __init__(self, resource: "BaseResource", dataset: Dataset | None = None) -> None:
        super().__init__(resource, dataset)
        self.found = {resource.key_of(instance): instance for instance in resource.get_queryset()}

    def get_instance(self, row: dict[str, object]) -> models.Model | None:
        return self.found.get(self.resource.key_in(row))


class BaseResource(ModelResource):
    """An import through services: a constant number of queries for the preview, which writes nothing.

    Name `import_id_fields`, `fields` and `model` in a `class Meta(BaseResource.Meta)`. Narrow `get_queryset` (the
    edition) and give it `select_related` for what `key_of` reads.
    """

    class Meta:
        instance_loader_class = PreloadingLoader
        skip_unchanged = True
        report_skipped = True

    def save_with(self, instance: Any, *, is_new: bool, actor: Any, row: dict[str, object]) -> None:
        """Save one row of the file through a service; may raise `Refused` or `ValidationError`."""
        raise NotImplementedError

    def key_of(self, instance: models.Model) -> tuple[str, ...]:
        """Return what a stored row is found by, as text."""
        return tuple(str(self.fields[name].export(instance) or "") for name in self.get_import_id_fields())

    def key_in(self, row: dict[str, object]) -> tuple[str, ...]:
        """Return what a row of the file is found by: must equal `key_of` of the same row in the database."""
        return tuple(str(row.get(self.fields[name].column_name) or "").strip() for name in self.get_import_id_fields())

    # --- How django-import-export gets to the above ---

    def import_data(self, dataset: Dataset, dry_run: bool = False, **kwargs: Any) -> Result:  # noqa: FBT001, FBT002 - the library's
        if not dry_run:
            return super().import_data(dataset, dry_run, rollback_on_validation_errors=True, **kwargs)
        # The library would write every row and roll back; ours writes nothing in a preview, so it needs no savepoints.
        kwargs.pop("use_transactions", None)
        kwargs.pop("rollback_on_validation_errors", None)
        collect, raises = kwargs.pop("collect_failed_rows", False), kwargs.pop("raise_errors", False)
        return self.import_data_inner(dataset, True, raises, False, collect, **kwargs)

    def save_instance(self, instance: models.Model, is_create: bool, row: dict[str, object], **kwargs: Any) -> None:  # noqa: FBT001
        if self._is_dry_run(kwargs):
            return
        try:
            self.save_with(instance, is_new=is_create, actor=kwargs.get("user"), row=row)
        except Refused as no:
            raise ValidationError(no.text) from no

    def save_m2m(self, instance: models.Model, row: dict[str, object], **kwargs: Any) -> None:
        """Do nothing: `save_with` has said everything to the service."""


class ImportingAdmin(ImportExportMixin, BaseModelAdmin):
    """A screen with import (preview first) and export of CSV and XLSX. Needs `resource_classes`."""

    formats = [SafeCSV, SafeXLSX]
    tmp_storage_class = CacheStorage  # between preview and confirmation: every web process can read it, and it expires
    skip_admin_log = True  # one entry in our log instead of one per row in Django's

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request) and self.has_change_permission(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def process_result(self, result: Result, request: HttpRequest) -> HttpResponse:
        """After confirmation: say and record what came of it. A file with any wrong row changes nothing."""
        if result.has_errors() or result.has_validation_errors():
            self.message_user(request, _("Nothing was imported: the file no longer fits."), messages.ERROR)
            return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_import"))
        if not self.is_audited_by_service:
            record(actor=request.user, action=f"{self.opts.model_name}.import", details=dict(result.totals))
        return super().process_result(result, request)
