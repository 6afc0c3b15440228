"""Pages at every width, fast: each is opened once, in a frame whose width is then drawn from wide to narrow."""

from collections.abc import Callable, Iterable
from typing import Any

from playwright.sync_api import Page, Route

WIDTHS = (1600, 1280, 1024, 1023, 900, 768, 767, 600, 480, 414, 360, 320)
"""CSS pixels; 320 is also a window of 1280 at 400% zoom. On both sides of each width at which the pages change."""
PHONE = 414
"""CSS pixels: up to here no table may need to be pushed sideways in its frame either."""
OPENS_WITHIN_MS = 20_000
HOST = "/a-frame-of-many-widths"
_SPACED = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-bottom: 2em !important; }"""
"""What WCAG 2.2 lets a reader set (1.4.12)."""
_FRAME = '<!doctype html><title>Frame</title><iframe name="site" style="border: 0; height: 800px"></iframe>'
_OPEN = """([address, fields, within]) => new Promise((done, fail) => {
  const frame = document.querySelector('iframe')
  frame.style.width = '1600px'
  setTimeout(() => fail(new Error(`${address} did not open`)), within)
  frame.onload = () => done(frame.contentWindow.location.pathname)
  if (!fields) { frame.src = address; return }
  const form = document.createElement('form')
  Object.assign(form, { method: 'post', action: address, target: 'site' })
  for (const [name, value] of fields) form.append(Object.assign(document.createElement('input'), { name, value }))
  document.body.append(form)
  form.submit()
  form.remove()
})"""
_DRAW = """([widths, phone, spaced]) => {
  const frame = document.querySelector('iframe'), page = frame.contentDocument, root = page.documentElement
  const cut = one => { for (let up = one.parentElement; up && up !== page.body; up = up.parentElement)
    if (frame.contentWindow.getComputedStyle(up).overflowX !== 'visible') return true
    return false }
  const named = one => `${one.tagName.toLowerCase()}.${one.getAttribute('class') || ''} "${one.textContent.trim().slice(0, 60)}"`
  const faults = []
  const draw = (width, how) => {
    frame.style.width = `${width}px`
    if (frame.contentWindow.innerWidth !== width) faults.push(`at ${width} the page is ${frame.contentWindow.innerWidth} wide`)
    if (root.scrollWidth > root.clientWidth) {
      const wide = [...page.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > width + 0.5 && !cut(one))
      faults.push(`at ${width}${how} it is ${root.scrollWidth} wide: ${wide.slice(-2).map(named).join(', ')}`)
    }
    if (width > phone) return
    for (const one of page.querySelectorAll('.app-scroll'))
      if (one.scrollWidth > one.clientWidth + 1 && !one.querySelector('svg.app-chart'))
        faults.push(`at ${width}${how} a table must be pushed sideways: ${named(one)}`)
  }
  for (const width of widths) draw(width, '')
  const style = page.createElement('style')
  style.textContent = spaced
  page.head.append(style)
  if (frame.contentWindow.getComputedStyle(page.body).letterSpacing === 'normal') faults.push('the spacing was not taken on')
  for (const width of [1280, 768, 320]) draw(width, ' with more space')
  return faults
}"""


class Frame:
    """One page of a browser that holds a frame of the site, and looks at it at every width."""

    def __init__(self, page: Page) -> None:
        """Begin with an empty frame. The browser must take other styles than the site's own (``bypass_csp``)."""
        self._page = page
        page.route(f"**{HOST}", _host)
        page.goto(HOST)

    def faults(self, address: str, fields: Iterable[tuple[str, str]] | None = None) -> list[str]:
        """What is wrong with a page at any width, and with the text spaced out; ``fields`` sends them as a form."""
        sent = None if fields is None else [list(field) for field in fields]
        self._page.evaluate(_OPEN, [address, sent, OPENS_WITHIN_MS])
        return list(self._page.evaluate(_DRAW, [WIDTHS, PHONE, _SPACED]))


def _host(route: Route) -> None:
    route.fulfill(content_type="text/html", body=_FRAME)


def framed(application: Callable[..., Any]) -> Callable[..., Any]:
    """The site as it is, but for its word that no page of it may stand in a frame."""

    def without(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            kept = [
                (name, value.replace("frame-ancestors 'none'", "frame-ancestors 'self'"))
                for name, value in headers
                if name != "X-Frame-Options"
            ]
            return start_response(status, kept, *more)

        found: Iterable[bytes] = application(environ, start)
        return found

    return without
