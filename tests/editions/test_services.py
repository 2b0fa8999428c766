import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from conference.common.refused import Refused
from conference.editions import services
from conference.editions.models import CommitteeMember, Edition, FaqEntry, FaqSection
from tests.factories import EditionFactory

pytestmark = pytest.mark.django_db

VALUES = {
    "slug": "2031",
    "name": "Adulis",
    "zone": "Africa/Addis_Ababa",
    "starts_on": "2031-05-01",
    "ends_on": "2031-05-05",
}


def picture(width=40, height=30, kind="PNG", **options):
    content = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(content, kind, **options)
    return SimpleUploadedFile("my picture.PNG", content.getvalue())


def test_an_edition_is_made_and_changed():
    edition = services.save_edition(values=VALUES)
    assert services.save_edition(edition=edition, values={"tagline": "Together"}).pk == edition.pk
    assert Edition.objects.get().tagline == "Together"


@pytest.mark.parametrize(
    "wrong",
    [
        {"zone": "Mars/Olympus"},
        {"slug": "admin"},
        {"slug": "a/b"},
        {"ends_on": "2031-04-30"},
        {"name": ""},
        {"accent_hue": 400},
    ],
)
def test_values_that_do_not_fit_are_refused(wrong):
    with pytest.raises(ValidationError):
        services.save_edition(values={**VALUES, **wrong})
    assert not Edition.objects.exists()


def test_the_slug_of_an_edition_never_changes():
    edition = EditionFactory(slug="2031")
    with pytest.raises(Refused):
        services.save_edition(edition=edition, values={"slug": "2032"})


def test_a_picture_is_made_anew_without_what_the_camera_wrote():
    exif = Image.Exif()
    exif[0x010F] = "Secret camera"
    edition = services.save_edition(values={**VALUES, "hero": picture(5000, 1000, "JPEG", exif=exif)})
    with default_storage.open(edition.hero.name) as file, Image.open(file) as stored:
        assert stored.format == "WEBP"
        assert stored.size == (2400, 480)
        assert not stored.getexif()
    assert "my" not in edition.hero.name


@pytest.mark.parametrize(
    "content", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a", b"\x89PNG\r\n\x1a\n123"]
)
def test_what_is_no_picture_is_refused(content):
    with pytest.raises(Refused):
        services.save_edition(values={**VALUES, "logo": SimpleUploadedFile("logo.png", content)})
    assert not Edition.objects.exists()


def test_a_replaced_picture_is_deleted_and_so_is_one_taken_away(django_capture_on_commit_callbacks):
    edition = services.save_edition(values={**VALUES, "logo": picture()})
    first = edition.logo.name
    with django_capture_on_commit_callbacks(execute=True):
        edition = services.save_edition(edition=edition, values={"logo": picture()})
    second = edition.logo.name
    assert not default_storage.exists(first)
    assert default_storage.exists(second)
    with django_capture_on_commit_callbacks(execute=True):
        edition = services.save_edition(edition=edition, values={"logo": False})
    assert not edition.logo
    assert not default_storage.exists(second)


def test_what_exists_under_its_name_is_changed_and_not_made_twice():
    edition = EditionFactory()
    for answer in ["Old.", "New."]:
        section = services.save_faq_section(edition=edition, title="Chat")
        services.save_faq_entry(section=section, question="How?", answer=answer)
        services.save_committee_member(edition=edition, role="Chair", name="Selam", affiliation=answer)
    assert FaqSection.objects.count() == FaqEntry.objects.count() == CommitteeMember.objects.count() == 1
    assert FaqEntry.objects.get().answer == "New."
    assert CommitteeMember.objects.get().affiliation == "New."


def test_rows_come_last_unless_they_are_given_a_place():
    edition = EditionFactory()
    for name in ["A", "B"]:
        services.save_committee_member(edition=edition, role="Chair", name=name)
    services.save_committee_member(edition=edition, role="Chair", name="C", position=0)
    services.save_committee_member(edition=edition, role="Chair", name="A", affiliation="Here")
    assert list(CommitteeMember.objects.values_list("name", "position")) == [("A", 0), ("C", 0), ("B", 1)]


def test_a_renamed_answer_stays_the_same_row():
    section = services.save_faq_section(edition=EditionFactory(), title="Chat")
    entry = services.save_faq_entry(section=section, question="How?", answer="So.")
    services.save_faq_entry(section=section, question="How exactly?", answer="So.", entry=entry)
    assert FaqEntry.objects.get().question == "How exactly?"
