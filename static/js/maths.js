/**
 * Draws maths. The server leaves TeX as text in elements of class `math` (block elements and `math--display` stand on
 * a line of their own); KaTeX is fetched only when a page has any. What cannot be drawn stays as it was written.
 */

/** Keeps macro bombs and giant boxes from harming the page that shows them. */
const LIMITS = { trust: false, maxExpand: 100, maxSize: 20, strict: "ignore", throwOnError: true };
const LONGEST = 2000; // characters of TeX

/** @type {Promise<{render: (tex: string, element: HTMLElement, options: object) => void}> | undefined} */
let loading;

/** Fetches KaTeX and its style sheet, once. It puts itself on the window. */
function katex() {
  loading ??= (async () => {
    const folder = new URL("../vendor/katex/", import.meta.url);
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = new URL("katex.min.css", folder).href;
    document.head.append(style);
    await import(new URL("katex.min.js", folder).href);
    return window.katex;
  })();
  return loading;
}

/**
 * Draws the maths under `root` that is not drawn yet.
 * @param {ParentNode} root
 */
export async function drawMaths(root) {
  const elements = /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(".math:not([data-drawn])"));
  if (!elements.length) return;
  for (const element of elements) element.dataset.drawn = "";
  const { render } = await katex();
  for (const element of elements) draw(element, render);
}

/**
 * @param {HTMLElement} element
 * @param {(tex: string, element: HTMLElement, options: object) => void} render
 */
function draw(element, render) {
  const tex = element.textContent ?? "";
  if (tex.length > LONGEST) return;
  const displayMode = element.tagName === "DIV" || element.classList.contains("math--display");
  const drawn = document.createElement("span");
  try {
    render(tex, drawn, { ...LIMITS, displayMode, macros: {} });
    element.replaceChildren(...drawn.childNodes);
  } catch {
    element.dataset.drawn = "no";
  }
}

drawMaths(document);
document.addEventListener("htmx:after:swap", () => drawMaths(document));
