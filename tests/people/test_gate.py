import pytest

from tests.factories import EditionFactory

pytestmark = pytest.mark.django_db


def test_an_anonymous_reader_is_sent_to_the_login_page_from_every_path_of_an_edition(client):
    EditionFactory(slug="2031")
    for path in ["papers/", "papers/B1/", "nothing/here/"]:
        response = client.get(f"/2031/{path}")
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/?next=/2031/")
