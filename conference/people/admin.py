from typing import Any

from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from conference.accounts.models import User
from conference.audit.base_admin import BaseModelAdmin, ImportingAdmin
from conference.common.refused import Refused
from conference.people import services
from conference.people.models import EditionRole, Invitation, Profile, Registration
from conference.people.resources import (
    ConfirmRegistrationImportForm,
    RegistrationImportForm,
    RegistrationResource,
)

admin.site.unregister(UserSession)  # its search asks for a field that our accounts have not
admin.site.unregister(Group)  # staff may do everything; what a person is in an edition is a role


@admin.register(User)
class UserAdmin(BaseModelAdmin):
    list_display = ["email", "name", "is_active", "is_staff", "last_login", "date_joined"]
    list_filter = ["is_active", "is_staff", "date_joined"]
    search_fields = ["email", "name", "key"]
    fields = ["email", "name", "is_active", "is_staff", "is_superuser", "key", "last_login", "date_joined"]
    readonly_fields = ["key", "last_login", "date_joined"]
    is_audited_by_service = True

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        return list(self.fields) if obj else ["email", "name"]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """People change their address themselves; only a superuser makes others staff, or changes a superuser."""
        names = list(self.readonly_fields)
        if obj:
            names.append("email")
            if not request.user.is_superuser:
                names += ["is_staff", "is_superuser"]
            if obj.is_superuser and not request.user.is_superuser:
                names += ["name", "is_active"]
        return names

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Accounts are closed, not deleted: their messages stay."""
        return False

    def save_with(self, request: HttpRequest, obj: User, form: ModelForm, *, change: bool) -> User:
        if not change:
            return services.add_account(**form.cleaned_data, actor=request.user)
        services.change_account(user=obj, values=self.changed(form), actor=request.user)
        return obj


class InvitationInline(admin.TabularInline):
    model = Invitation
    fields = readonly_fields = ["expires_at", "used_at"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class RegistrationForm(forms.ModelForm):
    """Adding somebody: by address, whether they have an account or not."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"))
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=150,
        required=False,
        help_text=gettext_lazy("For a new account; one that is there keeps its name."),
    )

    class Meta:
        model = Registration
        fields = ["edition", "email", "name", "ticket"]


@admin.register(Registration)
class RegistrationAdmin(ImportingAdmin):
    list_display = ["user_name", "user_email", "edition", "ticket", "status", "source", "created_at"]
    list_filter = ["edition", "status", "ticket", "source"]
    list_select_related = ["user", "edition"]
    search_fields = ["user__email", "user__name", "ticket"]
    fields = ["edition", "user", "ticket", "status", "source", "created_at", "changed_at"]
    readonly_fields = ["edition", "user", "source", "created_at", "changed_at"]
    inlines = [InvitationInline]
    actions = ["confirm", "cancel", "resend"]
    is_audited_by_service = True
    resource_classes = [RegistrationResource]
    import_form_class = RegistrationImportForm
    confirm_form_class = ConfirmRegistrationImportForm

    @admin.display(description=gettext_lazy("name"), ordering="user__name")
    def user_name(self, registration: Registration) -> str:
        return registration.user.name

    @admin.display(description=gettext_lazy("e-mail address"), ordering="user__email")
    def user_email(self, registration: Registration) -> str:
        return registration.user.email

    def get_form(self, request: HttpRequest, obj: Registration | None = None, **kwargs: Any) -> type[ModelForm]:
        return super().get_form(request, obj, **kwargs) if obj else RegistrationForm

    def get_fields(self, request: HttpRequest, obj: Registration | None = None) -> list[str]:
        return list(self.fields) if obj else ["edition", "email", "name", "ticket"]

    def get_readonly_fields(self, request: HttpRequest, obj: Registration | None = None) -> list[str]:
        return list(self.readonly_fields) if obj else []

    def get_inlines(self, request: HttpRequest, obj: Registration | None) -> list[type]:
        return list(self.inlines) if obj else []

    def save_with(self, request: HttpRequest, obj: Registration, form: ModelForm, *, change: bool) -> Registration:
        if not change:
            return services.invite(**form.cleaned_data, actor=request.user)
        values = self.changed(form)
        stored = Registration.objects.select_related("user", "edition").get(pk=obj.pk)
        services.change_registration(registration=stored, values=values, actor=request.user)
        return stored

    def delete_with(self, request: HttpRequest, obj: Registration) -> None:
        services.remove(registration=obj, actor=request.user)

    def get_import_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        form = kwargs.get("form")
        return {"edition": form.cleaned_data["edition"]} if form and form.is_valid() else {}

    def get_confirm_form_initial(self, request: HttpRequest, import_form: Any) -> dict[str, Any]:
        initial = super().get_confirm_form_initial(request, import_form)
        return initial | {"edition": import_form.cleaned_data["edition"].pk} if import_form else initial

    @admin.action(description=gettext_lazy("Confirm"), permissions=["change"])
    def confirm(self, request: HttpRequest, registrations: QuerySet[Registration]) -> None:
        self._each(request, registrations, services.confirm)

    @admin.action(description=gettext_lazy("Cancel the registration"), permissions=["change"])
    def cancel(self, request: HttpRequest, registrations: QuerySet[Registration]) -> None:
        self._each(request, registrations, services.cancel)

    @admin.action(description=gettext_lazy("Send the invitation again"), permissions=["change"])
    def resend(self, request: HttpRequest, registrations: QuerySet[Registration]) -> None:
        self._each(request, registrations, services.resend_invitation)

    def _each(self, request: HttpRequest, registrations: QuerySet[Registration], act: Any) -> None:
        done = 0
        for registration in registrations:
            try:
                act(registration=registration, actor=request.user)
                done += 1
            except Refused as no:
                self.message_user(request, f"{registration}: {no.text}", messages.WARNING)
        text = ngettext("Done for %(number)d person.", "Done for %(number)d people.", done)
        self.message_user(request, text % {"number": done}, messages.SUCCESS)


@admin.register(EditionRole)
class EditionRoleAdmin(BaseModelAdmin):
    list_display = ["user", "role", "edition"]
    list_filter = ["edition", "role"]
    list_select_related = ["user", "edition"]
    search_fields = ["user__email", "user__name"]
    autocomplete_fields = ["user"]
    fields = ["edition", "user", "role"]
    is_audited_by_service = True

    def has_change_permission(self, request: HttpRequest, obj: EditionRole | None = None) -> bool:
        """Roles are granted and revoked, never turned into others."""
        return False

    def save_with(self, request: HttpRequest, obj: EditionRole, form: ModelForm, *, change: bool) -> EditionRole:
        return services.grant_role(**form.cleaned_data, actor=request.user)

    def delete_with(self, request: HttpRequest, obj: EditionRole) -> None:
        services.revoke_role(role=obj, actor=request.user)


@admin.register(Profile)
class ProfileAdmin(BaseModelAdmin):
    list_display = ["user", "zone", "zone_is_chosen"]
    list_select_related = ["user"]
    search_fields = ["user__email", "user__name"]
    fields = ["user", "zone"]
    readonly_fields = ["user"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Profile | None = None) -> bool:
        return False

    def save_with(self, request: HttpRequest, obj: Profile, form: ModelForm, *, change: bool) -> Profile:
        if not form.cleaned_data["zone"]:
            raise Refused("no_zone", _("Choose a time zone."))
        services.set_zone(user=obj.user, zone=form.cleaned_data["zone"])
        return obj
