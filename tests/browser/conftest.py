"""Give every browser test a fresh profile of Chromium, watched for errors, policy reports and requests to other hosts."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from tests.browser.driving import Phone
from tests.support.live import Live
from tests.support.live import live_server as live_server  # noqa: PLC0414 - a fixture, imported by name

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SCREENSHOTS = Path(__file__).parent / "screenshots"


# One browser for each module: Playwright's synchronous loop must not be running while an asynchronous test of another
# module has its turn.
@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    """Give the machine's Chromium."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
        yield chromium
        chromium.close()


class Watch:
    """Note everything on a page that must not happen."""

    def __init__(self, home: str) -> None:
        self._home = urlsplit(home).netloc
        self.faults: list[str] = []
        self._expected: list[re.Pattern[str]] = []

    def expect(self, pattern: str) -> None:
        """Let pass what this test provokes on purpose."""
        self._expected.append(re.compile(pattern))

    def on(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("request", self._request)

    def unexpected(self) -> list[str]:
        return [fault for fault in self.faults if not any(pattern.search(fault) for pattern in self._expected)]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.faults.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc != self._home:
            self.faults.append(f"request to another host: {request.url}")


@pytest.fixture
def watch(live_server: Live) -> Iterator[Watch]:
    """Fail the test when a console error, a policy report or a request to another host was seen."""
    found = Watch(live_server.url)
    yield found
    assert found.unexpected() == []


@pytest.fixture
def phone(
    browser: Browser, live_server: Live, watch: Watch, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Phone]]:
    """Give a maker of phones: ``phone(width=390, height=844, elder=False, **context options)``."""
    contexts: list[BrowserContext] = []
    name = re.sub(r"\W+", "_", request.node.name.removeprefix("test_"))

    def make(*, width: int = 390, height: int = 844, elder: bool | None = False, **options: object) -> Phone:
        context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", **options)  # type: ignore[arg-type]  # the test's own
        context.set_default_timeout(10_000)
        contexts.append(context)
        if elder is not None:
            # about:blank, where every test begins, has no store.
            choice = f"localStorage.getItem('qd.elder') || localStorage.setItem('qd.elder', '{str(elder).lower()}')"
            context.add_init_script(f"if (location.protocol !== 'about:') {choice}")
        page = context.new_page()
        watch.on(page)
        return Phone(page, live_server.url, shots=SCREENSHOTS / name)

    yield make
    for number, context in enumerate(contexts):
        for page in context.pages:
            page.screenshot(path=SCREENSHOTS / f"{name}-end{number or ''}.png")
        context.close()
