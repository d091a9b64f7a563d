"""Come back when the server no longer knows this phone's guest: nothing typed is lost, and the way to petitions is told."""

import json
from collections.abc import Callable

from playwright.sync_api import FilePayload, WebSocketRoute, expect

from tests.browser.conftest import Watch
from tests.browser.driving import STORY, Phone
from tests.browser.measuring import OVERFLOWING, violations
from tests.support.pictures import a_picture

NOTE = "凭编号和查询码查看"
QUESTION = "居民身份证换领需要什么材料"


def forget_guest(visitor: Phone) -> None:
    """Let the phone hold a token that the server does not know, as after its guests were cleared."""
    visitor.page.evaluate("localStorage.setItem('qd.token', JSON.stringify('nobody-knows-this'))")


def test_a_guest_whose_token_is_refused_goes_on_with_what_was_typed(phone: Callable[..., Phone], watch: Watch) -> None:
    watch.expect("401")
    # Given a conversation, half a sentence, and a token that is no longer good
    visitor = phone(width=360, height=740).ready_to_talk()
    visitor.say(QUESTION)
    expect(visitor.from_bot()).to_have_count(1)
    visitor.box().fill("我还想问")
    forget_guest(visitor)
    # When the citizen comes back
    visitor.open("/chat")
    # Then they are told, keep their words and can talk
    note = visitor.page.get_by_role("status").filter(has_text=NOTE)
    expect(note).to_be_visible()
    expect(visitor.box()).to_have_value("我还想问")
    assert violations(visitor.page) + visitor.page.evaluate(OVERFLOWING) == []
    visitor.shot("told")
    visitor.say(QUESTION)
    expect(visitor.from_bot()).to_have_count(1)
    expect(visitor.ours()).to_have_count(1)
    # And the note stays until it was read, on other pages too
    visitor.open("/progress")
    expect(note).to_be_visible()
    visitor.press("知道了")
    expect(note).to_have_count(0)
    visitor.open("/chat")
    expect(visitor.ours()).to_have_count(1)
    expect(note).to_have_count(0)


def test_a_guest_lost_in_the_middle_of_a_talk_begins_a_new_one_and_sends_what_was_not_sent(
    phone: Callable[..., Phone], watch: Watch
) -> None:
    watch.expect("401|WebSocket|ERR_FAILED")
    # Given an open chat with several messages in it
    visitor = phone()
    page = visitor.page
    lines: list[WebSocketRoute] = []

    def connect(socket: WebSocketRoute) -> None:
        socket.connect_to_server()
        lines.append(socket)

    page.route_web_socket("**/api/v1/stream*", connect)
    visitor.ready_to_talk()
    for number in (1, 2):
        visitor.say(QUESTION)
        expect(visitor.from_bot()).to_have_count(number)
    # When the line goes down, a message cannot be sent, and on the way back the server knows the guest no more
    problem = {"status": 401, "code": "identity.not_signed_in", "title": "请先登录", "request_id": "r", "fields": {}}
    page.route(
        "**/api/v1/stream/tickets",
        lambda route: route.fulfill(status=401, content_type="application/problem+json", body=json.dumps(problem)),
        times=1,
    )
    page.route("**/api/v1/messages", lambda route: route.abort(), times=1)
    lines[0].close()
    visitor.say("居民身份证换领收费吗")
    # Then the new guest's conversation holds that message and its answer, from its first place on
    expect(page.get_by_text(NOTE)).to_be_visible()
    expect(visitor.from_bot()).to_have_count(1)
    expect(visitor.ours()).to_have_count(1)
    assert visitor.said() == ["居民身份证换领收费吗"]


def test_a_petition_draft_stays_but_for_its_photos_and_the_filed_ones_open_by_their_key(
    phone: Callable[..., Phone], watch: Watch
) -> None:
    watch.expect("401")
    # Given a filed petition, and another begun with a photo
    visitor = phone().open("/petition")
    visitor.write_petition()
    visitor.press("提交")
    number, _ = visitor.number_and_key()
    visitor.open("/petition")
    visitor.page.get_by_label("投诉").check()
    visitor.page.get_by_label("请说说具体情况").fill(STORY)
    picture: FilePayload = {"name": "灯.jpg", "mimeType": "image/jpeg", "buffer": a_picture()}
    visitor.page.locator("input[type=file]").set_input_files([picture])
    expect(visitor.page.get_by_text("上传中")).to_have_count(0)
    expect(visitor.page.get_by_text("1/9 张")).to_be_visible()
    forget_guest(visitor)
    # When the citizen looks at the filed one as another guest
    visitor.open(f"/progress/{number}")
    # Then the key kept on this phone opens it
    expect(visitor.page.get_by_role("region", name="当前状态")).to_contain_text("等待受理")
    expect(visitor.page.get_by_text(NOTE)).to_be_visible()
    visitor.press("催办")
    expect(visitor.page.get_by_text("已为您催办")).to_be_visible()
    # And the draft has its words; its photo belonged to the former guest
    visitor.open("/petition")
    expect(visitor.page.get_by_label("请说说具体情况")).to_have_value(STORY)
    expect(visitor.page.get_by_text("0/9 张")).to_be_visible()


def test_a_petition_without_its_key_says_where_to_look_it_up(phone: Callable[..., Phone], watch: Watch) -> None:
    watch.expect("401|404")
    visitor = phone().open("/petition")
    visitor.write_petition()
    visitor.press("提交")
    number, _ = visitor.number_and_key()
    visitor.page.evaluate("localStorage.removeItem('qd.petitions')")
    forget_guest(visitor)
    visitor.open(f"/progress/{number}")
    expect(visitor.page.get_by_role("alert")).to_contain_text("请核对编号和查询码")
    visitor.page.get_by_role("link", name="用编号和查询码查询").click()
    expect(visitor.page.get_by_role("textbox", name="诉求编号")).to_be_visible()
