import re
import uuid

import pytest
from playwright.sync_api import expect

from chat import services
from chat.models import Message
from tests.factories import EditionFactory, PaperFactory, RegistrationFactory, UserFactory


@pytest.fixture
def paper():
    return PaperFactory(edition=EditionFactory(slug="2031", zone="Africa/Addis_Ababa"), title="On talking", key="talk")


@pytest.fixture
def enter(paper, new_reader):
    """Open the paper's page as somebody who is registered."""

    def open_page(email, **options):
        user = UserFactory(email=email, name=email.partition("@")[0].title())
        RegistrationFactory(edition=paper.edition, user=user)
        page = new_reader(email, **options)
        page.goto("/2031/papers/talk/")
        return page

    return open_page


def say(page, text):
    page.get_by_label("Message", exact=True).fill(text)
    page.get_by_label("Message", exact=True).press("Enter")


def texts(page):
    return page.locator(".message[data-seq] .message__text")


def post(paper, text, author=None):
    return services.post_message(room=paper.room, author=author or UserFactory(), text=text, nonce=uuid.uuid4())


def test_two_people_in_one_papers_chat_see_each_other(enter):
    ada, ben = enter("ada@example.org"), enter("ben@example.org")
    say(ada, "Is the **proof** in the appendix?")
    expect(texts(ben)).to_have_text(["Is the proof in the appendix?"])
    expect(ben.locator(".message__author").first).to_have_text("Ada")
    say(ben, "Yes, page 12.")
    expect(texts(ada)).to_have_text(["Is the proof in the appendix?", "Yes, page 12."])
    expect(ada.locator(".message--draft")).to_have_count(0)


def test_who_was_offline_has_everything_in_order_and_once(enter):
    ada, ben = enter("ada@example.org"), enter("ben@example.org", allow=["ERR_INTERNET_DISCONNECTED"])
    say(ada, "0")
    expect(texts(ben)).to_have_text(["0"])
    ben.context.set_offline(True)
    expect(ben.locator(".chat__state")).to_be_visible()
    for text in "123":
        say(ada, text)
    expect(texts(ada)).to_have_text(["0", "1", "2", "3"])
    say(ben, "written offline")
    expect(ben.locator(".message--draft")).to_contain_text("Waiting for a connection")
    ben.context.set_offline(False)
    everything = ["0", "1", "2", "3", "written offline"]
    expect(texts(ben)).to_have_text(everything)
    expect(texts(ada)).to_have_text(everything)
    expect(ben.locator(".chat__state")).to_be_hidden()
    assert Message.objects.count() == 5


def test_a_message_that_was_not_sent_survives_a_reload(enter, paper):
    ada = enter("ada@example.org", allow=["ERR_INTERNET_DISCONNECTED"])
    expect(ada.locator(".chat__text")).to_be_visible()
    ada.context.set_offline(True)
    say(ada, "Do not lose me")
    expect(ada.locator(".message--draft")).to_contain_text("Waiting")
    ada.goto("about:blank")
    ada.context.set_offline(False)
    ada.goto("/2031/papers/talk/")
    expect(texts(ada)).to_have_text(["Do not lose me"])
    expect(ada.locator(".message--draft")).to_have_count(0)
    assert Message.objects.count() == 1


def test_one_edits_answers_and_deletes_ones_own_messages(enter):
    ada, ben = enter("ada@example.org"), enter("ben@example.org")
    say(ada, "Helo")
    mine, theirs = (page.locator('.message[data-seq="1"]') for page in (ada, ben))
    mine.get_by_role("button", name="Edit").click()
    mine.get_by_role("textbox").fill("Hello")
    mine.get_by_role("button", name="Save").click()
    expect(theirs).to_contain_text("Hello")
    expect(theirs).to_contain_text("edited")
    expect(theirs.get_by_role("button", name="Edit")).to_have_count(0)
    theirs.get_by_role("button", name="Answer").click()
    say(ben, "Hello yourself")
    expect(ada.locator('.message[data-seq="2"]')).to_contain_text("Answer to Ada")
    mine.get_by_role("button", name="Delete").click()
    mine.get_by_role("button", name="Really delete?").click()
    expect(theirs).to_contain_text("This message was deleted.")
    expect(theirs).not_to_contain_text("Hello")


def test_while_the_socket_is_refused_the_chat_goes_on_by_asking(enter, paper):
    ada = enter("ada@example.org", allow=["WebSocket"])
    ada.route_web_socket(re.compile("/ws/"), lambda socket: socket.close(code=1011))
    ada.reload()
    post(paper, "From elsewhere")
    expect(texts(ada)).to_have_text(["From elsewhere"])
    say(ada, "From here")
    expect(texts(ada)).to_have_text(["From elsewhere", "From here"])
    expect(ada.locator(".message--draft")).to_have_count(0)


def test_a_long_room_pages_back_and_keeps_the_page_small(enter, paper):
    author = UserFactory()
    Message.objects.bulk_create(
        Message(room=paper.room, author=author, seq=n, change=n, text=f"No. {n}", html=f"<p>No. {n}</p>")
        for n in range(1, 301)
    )
    type(paper.room).objects.filter(pk=paper.room.pk).update(last_seq=300, last_change=300)
    ada = enter("ada@example.org")
    expect(texts(ada)).to_have_count(50)
    for shown in (100, 150, 200):
        ada.get_by_role("link", name="Earlier messages").click()
        expect(texts(ada)).to_have_count(shown)
    expect(texts(ada).first).to_have_text("No. 101")
    ada.get_by_role("link", name="Earlier messages").click()
    expect(ada).to_have_url(re.compile(r"/2031/chat/.*before=101"))
    expect(texts(ada).last).to_have_text("No. 100")


def test_maths_is_drawn_where_there_is_some(enter, paper):
    ada = enter("ada@example.org")
    say(ada, "Is $x^2$ right?")
    expect(ada.locator(".message .katex")).to_have_count(1)


def test_a_room_is_read_and_written_without_javascript(enter, paper):
    post(paper, "First")
    ada = enter("ada@example.org", scripts=False)
    expect(texts(ada)).to_have_text(["First"])
    ada.get_by_label("Message", exact=True).fill("Second")
    ada.get_by_role("button", name="Send").click()
    expect(ada).to_have_url(re.compile("/2031/papers/talk/"))
    expect(texts(ada)).to_have_text(["First", "Second"])


def test_how_many_are_here_is_shown_when_there_are_two(enter):
    ada = enter("ada@example.org")
    enter("ben@example.org")
    expect(ada.locator("live-count")).to_contain_text("2")


def test_the_room_is_accessible(enter, paper, axe):
    post(paper, "Hello **there**")
    ada = enter("ada@example.org")
    expect(texts(ada)).to_have_count(1)
    axe(ada)
