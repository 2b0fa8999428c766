"""The one Markdown renderer: markdown-it without raw HTML, then nh3. The same for preview and for what is stored."""

import re
from collections.abc import Iterator

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

TAGS = {
    "a", "blockquote", "br", "code", "div", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s", "span",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
CLASSES = {"span": {"math", "math--display"}, "div": {"math"}}
SCHEMES = {"http", "https", "mailto"}
LINK_RELATION = "noopener nofollow ugc"

_ADDRESS = re.compile(r"https?://[^\s<>\"'`|\\^{}]+")
_SAFE_LINK = re.compile(r"https?://|mailto:|/(?![/\\])|#", re.IGNORECASE)
_NOT_OF_AN_ADDRESS = ".,;:!?*_~"  # at its end


def _math_element(tag: str, kind: str) -> object:
    """Leave maths as text in an element of its own: KaTeX draws it in the browser, never a TeX of ours."""

    def render(_self: object, tokens: list, index: int, _options: object, _env: object) -> str:
        return f'<{tag} class="{kind}">{nh3.clean_text(tokens[index].content)}</{tag}>'

    return render


def _lower_headings(state: StateCore) -> None:
    """What is written stands under a page's own first and second headings, never beside them, and leaps no level."""
    headings = [token for token in state.tokens if token.type.startswith("heading_")]
    highest = min((int(token.tag[1:]) for token in headings), default=1)
    level = 2
    for opening, closing in zip(headings[::2], headings[1::2], strict=True):
        level = min(int(opening.tag[1:]) - highest + 3, level + 1, 6)
        opening.tag = closing.tag = f"h{level}"


def _link_addresses(state: StateCore) -> None:
    """Make links of bare http and https addresses."""
    for block in state.tokens:
        if block.type != "inline" or not block.children or "://" not in block.content:
            continue
        depth, children = 0, []
        for token in block.children:
            depth += token.nesting if token.type in {"link_open", "link_close"} else 0
            children += [token] if depth or token.type != "text" else _with_links(token)
        block.children = children


def _with_links(token: Token) -> Iterator[Token]:
    at = 0
    for match in _ADDRESS.finditer(token.content):
        address = match[0].rstrip(_NOT_OF_AN_ADDRESS)
        if address.endswith(")") and address.count("(") < address.count(")"):
            address = address[:-1]
        if len(address) <= len("https://"):
            continue
        yield Token("text", "", 0, content=token.content[at : match.start()])
        yield Token("link_open", "a", 1, attrs={"href": address})
        yield Token("text", "", 0, content=address)
        yield Token("link_close", "a", -1)
        at = match.start() + len(address)
    yield Token("text", "", 0, content=token.content[at:])


def _alternative_text(_self: object, tokens: list, index: int, _options: object, _env: object) -> str:
    """Nothing is fetched from other sites: a picture is its description."""
    return nh3.clean_text(tokens[index].content)


def _renderer() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])
    markdown.use(dollarmath_plugin, allow_digits=False, double_inline=True)
    markdown.add_render_rule("math_inline", _math_element("span", "math"))
    markdown.add_render_rule("math_inline_double", _math_element("span", "math math--display"))
    markdown.add_render_rule("math_block", _math_element("div", "math"))
    markdown.add_render_rule("image", _alternative_text)
    markdown.core.ruler.push("lower_headings", _lower_headings)
    markdown.core.ruler.push("link_addresses", _link_addresses)
    return markdown


_MARKDOWN = _renderer()


def _own_or_absolute(tag: str, attribute: str, value: str) -> str | None:
    """Links lead to pages of this site or name their scheme: `//host` and what browsers read like it go."""
    if (tag, attribute) == ("a", "href") and not _SAFE_LINK.match(value):
        return None
    return value


def render(text: str) -> str:
    """Return `text`, Markdown by anybody, as HTML that is safe to put into a page.

    Raw HTML is shown as text, links lead only to http, https, mailto and this site, images become their alternative text.
    `$…$` and `$$…$$` become elements of class `math` that hold their TeX as text.
    """
    return nh3.clean(
        _MARKDOWN.render(text),
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_own_or_absolute,
        allowed_classes=CLASSES,
        url_schemes=SCHEMES,
        link_rel=LINK_RELATION,
    )
