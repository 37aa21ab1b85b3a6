"""The HTML that a report is made of. Text is escaped here, so that no name can be code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<h1>{title}</h1>
{body}
</body>
</html>
"""
STYLE = """
:root { color-scheme: light dark; --paper: #fff; --ink: #1d2127; --faint: #69727d;
  --grid: #dde1e6; --old: #8b95a1; --new: #2368b5; --bad: #cc4a16; --aside: #b98200; }
@media (prefers-color-scheme: dark) { :root { --paper: #15181c; --ink: #e6e9ed; --faint: #9aa4af;
  --grid: #343a42; --old: #7f8a96; --new: #68a8ee; --bad: #f2824f; --aside: #d9a92b; } }
body { margin: 0 auto; padding: 1rem 1.25rem 3rem; max-width: 960px; background: var(--paper);
  color: var(--ink); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1, h2 { line-height: 1.2; }
h2 { margin-top: 2.5rem; border-top: 1px solid var(--grid); padding-top: 1rem; }
a { color: var(--new); }
[role=alert] { border: 2px solid var(--bad); border-radius: 6px; padding: .6rem 1rem;
  font-weight: 600; }
figure { margin: 1.5rem 0; }
figcaption { margin-bottom: .5rem; color: var(--faint); font-size: 14px; }
figcaption strong { display: block; color: var(--ink); font-size: 16px; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(420px, 100%), 1fr));
  gap: 0 1.25rem; }
.pair figure { display: flex; flex-direction: column; justify-content: space-between; }
.scroll { overflow-x: auto; }
svg { display: block; width: 100%; height: auto; }
.wide svg { min-width: 640px; }
svg text { font-family: system-ui, sans-serif !important; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 14px; }
caption { padding-bottom: .25rem; text-align: left; font-size: 16px; font-weight: 600; }
th, td { padding: .2rem 1.2rem .2rem 0; border-bottom: 1px solid var(--grid); text-align: left;
  vertical-align: top; font-weight: 400; }
tr:first-child > * { color: var(--faint); }
"""


def document(title: str, parts: Iterable[str]) -> str:
    """Make the page: it loads nothing and runs nothing, and says so to the browser."""
    return PAGE.format(title=escape(title), style=STYLE, body="\n".join(filter(None, parts)))


def section(title: str, parts: Iterable[str]) -> str:
    """Put parts under a title, which is also where a link `#title` leads."""
    name = escape(title)
    return f'<section id="{name}">\n<h2>{name}</h2>\n' + "\n".join(parts) + "\n</section>"


def plot(title: str, good: str, drawing: str, is_wide: bool = True) -> str:
    """Show a drawing, with what it is and what would be good."""
    caption = f"<strong>{escape(title)}</strong>{escape(good)}"
    kind = "scroll wide" if is_wide else "scroll"
    image = f'<div class="{kind}" role="img" aria-label="{escape(title)}">{drawing}</div>'
    return f"<figure>\n<figcaption>{caption}</figcaption>\n{image}\n</figure>"


def pair(parts: Iterable[str]) -> str:
    """Put parts side by side where there is room."""
    return '<div class="pair">\n' + "\n".join(parts) + "\n</div>"


def table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Make a table; the first cell of a row says what it is about."""
    lines = "\n".join(_row("th" if row is head else "td", row) for row in (head, *rows))
    return f'<div class="scroll"><table><caption>{escape(title)}</caption>\n{lines}\n</table></div>'


def _row(kind: str, cells: Sequence[str]) -> str:
    return "<tr>" + "".join(f"<{kind}>{escape(cell)}</{kind}>" for cell in cells) + "</tr>"


def listing(items: Iterable[str]) -> str:
    """List items that are HTML already."""
    return "<ul>\n" + "\n".join(f"<li>{item}</li>" for item in items) + "\n</ul>"


def link(learner: str) -> str:
    """Lead to the section of that title."""
    return f'<a href="#{escape(learner)}">{escape(learner)}</a>'


def alert(text: str) -> str:
    """Say something loudly."""
    return f'<p role="alert">{escape(text)}</p>'


def remark(text: str) -> str:
    """Say something in passing."""
    return f"<p>{escape(text)}</p>"
