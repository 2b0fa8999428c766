import time

import pytest

from conference.common.markdown import render


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a **b** _c_ ~~d~~", "<p>a <strong>b</strong> <em>c</em> <s>d</s></p>\n"),
        ("# A\n### B", "<h3>A</h3>\n<h4>B</h4>\n"),
        ("## A\n# B\n## C", "<h3>A</h3>\n<h3>B</h3>\n<h4>C</h4>\n"),
        ("<b>a</b>", "<p>&lt;b&gt;a&lt;/b&gt;</p>\n"),
        ("![a figure](https://elsewhere.example/x.png)", "<p>a figure</p>\n"),
        ("[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>\n"),
        ("costs $5 and $10", "<p>costs $5 and $10</p>\n"),
        ("$x<1$", '<p><span class="math">x&lt;1</span></p>\n'),
        ("so $$x$$", '<p>so <span class="math math--display">x</span></p>\n'),
        ("`<i>` and `$x$`", "<p><code>&lt;i&gt;</code> and <code>$x$</code></p>\n"),
    ],
)
def test_markdown_becomes_these_elements_and_no_others(text, html):
    assert render(text) == html


@pytest.mark.parametrize(
    ("text", "address", "rest"),
    [
        ("see https://a.example/x.", "https://a.example/x", ".</p>"),
        ("(https://a.example/x)", "https://a.example/x", ")</p>"),
        ("https://a.example/x_(y)", "https://a.example/x_(y)", "</p>"),
        ("<https://a.example/>", "https://a.example/", "</p>"),
        ('https://a.example/"onclick=', "https://a.example/", '"onclick=</p>'),
    ],
)
def test_a_bare_address_is_a_link(text, address, rest):
    assert f'<a href="{address}" rel="noopener nofollow ugc">{address}</a>{rest}' in render(text)


def test_an_address_inside_a_link_or_code_is_left_alone():
    assert render("[https://a.example](https://b.example)").count("<a ") == 1
    assert "<a " not in render("`https://a.example`")


@pytest.mark.parametrize("unit", ["[", "![[", "*a ", "_*", "$", "`", "> ", "<", "[a](<b", "**x", "http://", "|"])
def test_the_longest_hostile_message_is_rendered_in_time(unit):
    began = time.process_time()
    render((unit * 4000)[:4000])
    assert time.process_time() - began < 5  # a guard against exponential growth, not a measurement


@pytest.mark.parametrize("address", ["//evil.example", "evil.example/x", "ftp://evil.example"])
def test_a_link_leads_to_this_site_or_names_its_scheme(address):
    assert "href" not in render(f"[x]({address})")


def test_a_link_to_a_page_of_this_site_stays():
    assert 'href="/2026/papers/"' in render("[papers](/2026/papers/)")
