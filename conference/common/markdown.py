"""The one Markdown renderer: markdown-it without raw HTML, then nh3. The same for preview and for what is stored."""

import nh3
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

RENDERER_VERSION = 1

TAGS = {
    "a", "blockquote", "br", "code", "del", "div", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s", "span",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "span": {"class"}, "div": {"class"}, "ol": {"start"}, "code": {"class"}}
LINK_RELATION = "noopener nofollow ugc"


def _math_element(tag: str, kind: str) -> object:
    """Leave maths as text in an element of its own: KaTeX draws it in the browser, never a TeX of ours."""

    def render(_self: object, tokens: list, index: int, _options: object, _env: object) -> str:
        return f'<{tag} class="{kind}">{nh3.clean_text(tokens[index].content)}</{tag}>'

    return render


def _renderer() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])
    markdown.use(dollarmath_plugin, allow_digits=False, double_inline=True)
    markdown.add_render_rule("math_inline", _math_element("span", "math"))
    markdown.add_render_rule("math_inline_double", _math_element("div", "math"))
    markdown.add_render_rule("math_block", _math_element("div", "math"))
    return markdown


_MARKDOWN = _renderer()


def render(text: str) -> str:
    """Return `text`, Markdown by anybody, as HTML that is safe to put into a page.

    Raw HTML is shown as text, links lead only to http, https and mailto, images become their alternative text.
    `$…$` and `$$…$$` become elements of class `math` that hold their TeX as text.
    """
    return nh3.clean(
        _MARKDOWN.render(text),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel=LINK_RELATION,
    )
