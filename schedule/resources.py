"""Sessions as a file: one row each, times in UTC."""
# ruff: noqa: ARG002 - signatures are those of django-import-export

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.widgets import BooleanWidget, CachedForeignKeyWidget, Widget

from conference.audit.base_admin import BaseResource
from conference.editions.models import Edition
from schedule import services
from schedule.models import Session

COLUMNS = (
    "kind",
    "title",
    "starts_at",
    "ends_at",
    "track",
    "place",
    "website",
    "organizers",
    "is_cancelled",
    "description",
)


class Moment(Widget):
    """A time in ISO form; without an offset it is UTC."""

    def clean(self, value: object, row: object = None, **kwargs: Any) -> dt.datetime | None:
        """Return the time; raises `ValueError`."""
        if not value:
            return None
        try:
            found = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(str(value).strip())
        except ValueError:
            raise ValueError(_("%(value)s is no time such as 2031-05-05T09:00Z.") % {"value": value}) from None
        return (found if found.tzinfo else found.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)

    def render(self, value: dt.datetime | None, obj: object = None, **kwargs: Any) -> str:
        """Return the time as it stands in a file."""
        return f"{value.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}" if value else ""


class SessionResource(BaseResource):
    edition = Field(attribute="edition", column_name="edition", widget=CachedForeignKeyWidget(Edition, "slug"))
    starts_at = Field(attribute="starts_at", column_name="starts_at", widget=Moment())
    ends_at = Field(attribute="ends_at", column_name="ends_at", widget=Moment())
    is_cancelled = Field(attribute="is_cancelled", column_name="is_cancelled", widget=BooleanWidget(), default=False)

    class Meta(BaseResource.Meta):
        model = Session
        import_id_fields = ("edition", "key")
        fields = ("edition", "key", *COLUMNS)

    def get_queryset(self) -> QuerySet[Session]:
        return Session.objects.select_related("edition")

    def validate_instance(
        self,
        instance: Session,
        import_validation_errors: dict[str, Any] | None = None,
        validate_unique: bool = True,  # noqa: FBT001, FBT002 - the library's
    ) -> None:
        """Check the fields in the preview too, without a query."""
        errors = dict(import_validation_errors or {})
        try:
            instance.clean_fields(exclude={"edition", "parent", *errors})
            if bool(instance.starts_at) != bool(instance.ends_at) or (
                instance.starts_at and instance.ends_at <= instance.starts_at
            ):
                raise ValidationError({"ends_at": _("The end has to be after the start.")})  # noqa: TRY301
        except ValidationError as wrong:
            errors = wrong.update_error_dict(errors)
        super().validate_instance(instance, errors, validate_unique=validate_unique)

    def save_with(self, instance: Session, *, is_new: bool, actor: Any, row: dict[str, object]) -> None:
        values = {name: getattr(instance, name) for name in COLUMNS if name in row}
        if is_new:
            made = services.create_session(edition=instance.edition, values={"key": instance.key, **values})
            instance.pk = made.pk
        else:
            services.change_session(session=instance, values=values, actor=actor)
