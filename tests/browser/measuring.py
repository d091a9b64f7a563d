"""Measure a page the way a strict reviewer does: axe, what runs over the edge, small targets, small type."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "web/node_modules/axe-core/axe.min.js"

# Measured on elements: with mobile emulation innerWidth grows with the content and hides an overflow.
OVERFLOWING = """() => {
  const width = document.documentElement.clientWidth
  const scrolls = (element) => { for (let one = element; one; one = one.parentElement) { const flow = getComputedStyle(one).overflowX; if (flow === 'auto' || flow === 'hidden') return true } return false }
  return Array.from(document.querySelectorAll('body *'))
    .filter((one) => { const box = one.getBoundingClientRect(); return box.width > 1 && box.right > width + 0.5 && !scrolls(one.parentElement) })
    .map((one) => one.tagName + '.' + one.className + ' ' + one.getBoundingClientRect().right)
}"""

SMALL_TARGETS = """(least) => Array.from(document.querySelectorAll('a[href], button, input, select, textarea, summary'))
  .filter((one) => { const style = getComputedStyle(one); const box = one.getBoundingClientRect(); return style.visibility !== 'hidden' && box.width > 1 && box.height > 1 && box.bottom > 0 && box.right > 0 })
  .filter((one) => !(one.matches('input[type=radio], input[type=file]')))
  .filter((one) => { const box = one.getBoundingClientRect(); return box.height < least - 0.5 || box.width < least - 0.5 })
  .map((one) => one.tagName + '.' + one.className + ' ' + Math.round(one.getBoundingClientRect().width) + 'x' + Math.round(one.getBoundingClientRect().height) + ' ' + one.textContent.trim().slice(0, 20))"""

SMALL_TYPE = """(least) => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const found = new Set()
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement
    if (!walker.currentNode.textContent.trim() || ['SCRIPT', 'STYLE', 'NOSCRIPT'].includes(parent.tagName)) continue
    const box = parent.getBoundingClientRect()
    if (box.width > 1 && parseFloat(getComputedStyle(parent).fontSize) < least) found.add(parent.tagName + '.' + parent.className + ' ' + getComputedStyle(parent).fontSize)
  }
  return Array.from(found)
}"""


def violations(page: Page) -> list[str]:
    """Run axe; it is brought in by the debugger, since the policy forbids a foreign script."""
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
    run = "axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] })"
    answer: dict[str, Any] = session.send(
        "Runtime.evaluate", {"expression": run, "awaitPromise": True, "returnByValue": True}
    )
    session.detach()
    found = answer["result"]["value"]["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]
