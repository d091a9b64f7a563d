"""Do on the pages what a citizen does, in the words a citizen reads."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

ID_CARD = "370709901000"
STORY = "小区门口的路灯坏了三天，晚上很黑，老人出门不方便，希望尽快修好。"


class Phone:
    """One phone with the pages open."""

    def __init__(self, page: Page, url: str, *, shots: Path) -> None:
        self.page = page
        self.url = url
        self._shots = shots

    def open(self, path: str = "/") -> "Phone":
        """Open a page of the H5 anew; another hash alone would not load it again."""
        self.page.goto("about:blank")
        self.page.goto(f"{self.url}/h5/#{path}")
        expect(self.page.locator("main")).to_be_visible()
        return self

    def shot(self, name: str, *, whole: bool = False) -> None:
        """Leave a picture for people to look at: of the screen, or of the whole page."""
        self.page.screenshot(path=self._shots.with_name(f"{self._shots.name}-{name}.png"), full_page=whole)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    # --- chat ---

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log")

    def box(self) -> Locator:
        return self.page.get_by_role("textbox", name="输入您的问题")

    def ready_to_talk(self) -> "Phone":
        """Open the chat and wait until the stream is open."""
        with self.page.expect_websocket():
            self.open("/chat")
        return self

    def say(self, text: str) -> None:
        self.box().fill(text)
        self.press("发送")

    def from_bot(self) -> Locator:
        return self.log.locator(".message:not(.ours)")

    def ours(self) -> Locator:
        return self.log.locator(".message.ours")

    # --- petitions ---

    def write_petition(self, *, text: str = STORY, anonymous: bool = True) -> None:
        """Fill in the form up to the check page."""
        page = self.page
        page.get_by_label("求助").check()
        page.get_by_label("请说说具体情况").fill(text)
        self.press("下一步")
        page.get_by_label("所在区（市）").select_option(label="市南区")
        page.get_by_label("具体地点").fill("示例路 11 号小区东门")
        page.get_by_label("什么时候发生的").fill("最近三天晚上")
        self.press("下一步")
        if anonymous:
            page.get_by_label("匿名反映").check()
        else:
            page.get_by_label("手机或电话").fill("0532-00000000")
        self.press("下一步")
        expect(page.get_by_role("heading", name="核对并提交")).to_be_visible()

    def number_and_key(self) -> tuple[str, str]:
        """Return what the receipt says."""
        expect(self.page.get_by_role("heading", name="已收到您的诉求")).to_be_visible()
        codes = self.page.locator(".receipt .code")
        return codes.first.inner_text(), codes.last.inner_text().replace(" ", "")

    # --- what the server knows ---

    def ask_api(self, path: str) -> Any:  # noqa: ANN401 - JSON
        """Ask the API with the phone's own token."""
        token = self.page.evaluate("JSON.parse(localStorage.getItem('qd.token'))")
        answer = self.page.request.get(f"{self.url}/api/v1{path}", headers={"Authorization": f"Bearer {token}"})
        assert answer.ok, answer.status
        return answer.json()

    def said(self) -> list[str]:
        """Return the citizen's texts as the server stored them."""
        messages = self.ask_api("/messages?after=0")["messages"]
        return [
            part["body"]
            for one in messages
            if one["from"] == "citizen"
            for part in one["parts"]
            if part["type"] == "text"
        ]
