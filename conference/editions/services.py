"""Every write to editions, their FAQ and committee. What exists under its natural name is changed, not made twice."""

from collections.abc import Mapping
from typing import TypeVar

from django.core.files.base import ContentFile, File
from django.db import models, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from conference.common.refused import Refused
from conference.editions.images import NotAPicture, re_encode
from conference.editions.models import CommitteeMember, Edition, FaqEntry, FaqSection

PICTURES = {"logo": {"widest": 640, "highest": 160}, "hero": {"widest": 2400, "highest": 1200}}

Row = TypeVar("Row", FaqSection, FaqEntry, CommitteeMember)


@transaction.atomic
def save_edition(*, edition: Edition | None = None, values: Mapping[str, object]) -> Edition:
    """Make an edition, or change `edition`, from `values` of its fields; a picture is an upload, or false for none.

    Raises `ValidationError` for values that do not fit, `Refused` for a picture that cannot be read and for a change
    of the slug: the addresses under it are permanent.
    """
    row = Edition.objects.select_for_update().get(pk=edition.pk) if edition else Edition()
    if edition and values.get("slug", row.slug) != row.slug:
        raise Refused("slug", _("An edition's place in addresses cannot change: people bookmark and cite them."))
    for name, value in values.items():
        if name not in PICTURES:
            setattr(row, name, value)
    row.full_clean(exclude=PICTURES)
    for name in PICTURES.keys() & values.keys():
        _set_picture(row, name, values[name])
    row.save()
    return row


def _set_picture(edition: Edition, name: str, upload: object) -> None:
    """Replace a picture of `edition`; the old file goes once that is committed."""
    image = getattr(edition, name)
    old = image.name
    if isinstance(upload, File):
        try:
            content = ContentFile(re_encode(upload, **PICTURES[name]))
        except NotAPicture as error:
            raise Refused(
                "picture", _("This is not a picture that we can read. Please use PNG, JPEG or WebP.")
            ) from error
        image.save(f"{name}.webp", content, save=False)
    elif not upload:
        setattr(edition, name, "")
    if old and old != getattr(edition, name).name:
        transaction.on_commit(lambda: image.storage.delete(old))


@transaction.atomic
def save_faq_section(
    *, edition: Edition, title: str, position: int | None = None, section: FaqSection | None = None
) -> FaqSection:
    """Make the section `title` of the FAQ, or change `section`, or the one of that title. New ones come last.

    Raises `ValidationError` for values that do not fit.
    """
    others = FaqSection.objects.filter(edition=edition)
    row = section or others.filter(title=title).first() or FaqSection(edition=edition)
    row.title = title
    return _placed(row, others, position)


@transaction.atomic
def save_faq_entry(
    *, section: FaqSection, question: str, answer: str, position: int | None = None, entry: FaqEntry | None = None
) -> FaqEntry:
    """Make an answer (Markdown), or change `entry`, or the one of that question in the section. New ones come last.

    Raises `ValidationError` for values that do not fit.
    """
    others = FaqEntry.objects.filter(section=section)
    row = entry or others.filter(question=question).first() or FaqEntry()
    row.section, row.question, row.answer = section, question, answer
    return _placed(row, others, position)


@transaction.atomic
def save_committee_member(
    *,
    edition: Edition,
    role: str,
    name: str,
    affiliation: str = "",
    position: int | None = None,
    member: CommitteeMember | None = None,
) -> CommitteeMember:
    """Put a person on the committee, or change `member`, or the one of that role and name. New ones come last.

    Raises `ValidationError` for values that do not fit.
    """
    others = CommitteeMember.objects.filter(edition=edition)
    row = member or others.filter(role=role, name=name).first() or CommitteeMember(edition=edition)
    row.role, row.name, row.affiliation = role, name, affiliation
    return _placed(row, others, position)


def _placed(row: Row, others: models.QuerySet[Row], position: int | None) -> Row:
    """Save `row` at `position` among `others`; without one it keeps its own, or comes after the last."""
    if position is not None:
        row.position = position
    elif row.pk is None:
        last = others.aggregate(last=Max("position"))["last"]
        row.position = 0 if last is None else last + 1
    row.full_clean()
    row.save()
    return row
