"""What organizers may do in Django admin: everything, but not make themselves more than they are."""

from conference.accounts.models import User

# Django's own permissions, groups and logs stay with superusers; see also `people/admin.py`.
FOREIGN = {"auth", "contenttypes", "sessions", "admin", "account", "usersessions"}


class StaffBackend:
    """Permissions of staff, by app. Logs nobody in, and so has no `get_user`."""

    def authenticate(self, *_args: object, **_credentials: object) -> None:
        """Know nobody."""

    def has_perm(self, user_obj: User, perm: str, obj: object = None) -> bool:
        """Let staff do everything with the rows of our own apps."""
        return obj is None and self.has_module_perms(user_obj, perm.partition(".")[0])

    def has_module_perms(self, user_obj: User, app_label: str) -> bool:
        """Let staff see our own apps in admin."""
        return user_obj.is_active and user_obj.is_staff and app_label not in FOREIGN
