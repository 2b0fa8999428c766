import pytest


@pytest.fixture(autouse=True)
def _quick_passwords(request, settings):
    """Hash as cheaply as can be: 300 logins by Argon2id take minutes."""
    if "argon2" not in request.node.name:
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
