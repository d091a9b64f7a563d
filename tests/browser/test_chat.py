"""Talk with 小青: ask, choose, follow up; nothing lost and nothing doubled when the line is cut."""

import json
from collections.abc import Callable

from playwright.sync_api import Route, WebSocketRoute, expect

from tests.browser.conftest import Watch
from tests.browser.driving import ID_CARD, Phone

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8ffff3f0005fe02fea135b6"
    "0f0000000049454e44ae426082"
)


def test_a_question_is_answered_and_an_offered_choice_leads_on(phone: Callable[..., Phone]) -> None:
    # Given an open chat
    visitor = phone().ready_to_talk()
    # When a question fits several items
    visitor.say("身份证")
    # Then 小青 asks back with buttons, and one of them brings an answer
    options = visitor.from_bot().last.locator(".options button")
    expect(options.first).to_be_visible()
    label = options.first.inner_text()
    visitor.shot("choices")
    options.first.click()
    expect(visitor.ours().last).to_contain_text(label)
    expect(visitor.from_bot()).to_have_count(2)
    visitor.shot("answer")


def test_a_guide_leads_into_the_chat_about_it_and_a_follow_up_is_one_tap(phone: Callable[..., Phone]) -> None:
    visitor = phone().open(f"/items/{ID_CARD}")
    visitor.press("问问小青")
    expect(visitor.page.get_by_text("正在咨询：居民身份证换领")).to_be_visible()
    visitor.press("需要什么材料")
    expect(visitor.ours().last).to_contain_text("居民身份证换领需要什么材料")
    expect(visitor.from_bot().last).to_contain_text("户口簿")
    visitor.press("不再限定这个事项")
    expect(visitor.page.get_by_text("正在咨询：")).to_have_count(0)


def test_the_conversation_is_still_there_after_a_reload(phone: Callable[..., Phone]) -> None:
    visitor = phone().ready_to_talk()
    visitor.say("居民身份证换领需要什么材料")
    expect(visitor.from_bot()).to_have_count(1)
    visitor.open("/chat")
    expect(visitor.ours()).to_have_count(1)
    expect(visitor.from_bot()).to_have_count(1)


def test_a_long_conversation_scrolls_inside_the_page_and_never_the_page_itself(phone: Callable[..., Phone]) -> None:
    visitor = phone().ready_to_talk()
    for count, question in enumerate(("居民身份证换领需要什么材料", "多少钱", "在哪办", "多久能办好"), 1):
        visitor.say(question)
        expect(visitor.from_bot()).to_have_count(count)
    page = "({ whole: document.documentElement.scrollHeight, seen: innerHeight, moved: scrollY })"
    measured = visitor.page.evaluate(page)
    assert measured["whole"] == measured["seen"]
    assert measured["moved"] == 0


def test_half_a_sentence_survives_a_reload(phone: Callable[..., Phone]) -> None:
    visitor = phone().ready_to_talk()
    visitor.box().fill("我想问一下")
    visitor.open("/chat")
    expect(visitor.box()).to_have_value("我想问一下")


def test_an_enter_that_ends_a_pinyin_composition_sends_nothing(phone: Callable[..., Phone]) -> None:
    visitor = phone().ready_to_talk()
    box = visitor.box()
    box.fill("shenfenzheng")
    # When the input method takes Enter: by the standard, and as old WebViews report it
    fire = "(box, init) => box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ...init }))"
    box.evaluate(fire, {"isComposing": True, "keyCode": 13})
    box.evaluate(fire, {"isComposing": False, "keyCode": 229})
    # Then nothing is sent
    expect(box).to_have_value("shenfenzheng")
    expect(visitor.ours()).to_have_count(0)
    # And the Enter after it sends, while Shift and Enter begin a new line
    box.fill("居民身份证换领")
    box.press("Shift+Enter")
    expect(box).to_have_value("居民身份证换领\n")
    box.press("Enter")
    expect(visitor.ours()).to_have_count(1)
    expect(box).to_have_value("")


def test_a_message_that_cannot_be_sent_stays_and_goes_out_once_on_retry(
    phone: Callable[..., Phone], watch: Watch
) -> None:
    watch.expect("ERR_FAILED|ERR_INTERNET_DISCONNECTED|WebSocket|503")
    visitor = phone()
    page = visitor.page
    page.route_web_socket("**/api/v1/stream*", lambda socket: socket.close())

    def refuse(route: Route) -> None:
        if route.request.method == "POST":
            route.abort()
        else:
            route.fallback()

    page.route("**/api/v1/messages", refuse)
    visitor.open("/chat")
    visitor.say("居民身份证换领需要什么材料")
    expect(visitor.ours().last).to_contain_text("发送失败")
    visitor.shot("failed")
    page.unroute("**/api/v1/messages", refuse)
    visitor.press("重试")
    expect(visitor.from_bot()).to_have_count(1)
    expect(visitor.ours()).to_have_count(1)
    assert visitor.said() == ["居民身份证换领需要什么材料"]


def test_a_message_cut_off_with_the_line_is_said_once_and_shown_once(phone: Callable[..., Phone], watch: Watch) -> None:
    watch.expect("ERR_FAILED|WebSocket")
    # Given a line that the network cuts after the server has taken the message, before its answer
    visitor = phone()
    page = visitor.page
    cuts: list[str] = []

    def cut_after_message(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        if cuts:
            return  # the next line is a good one

        def forward(frame: str | bytes) -> None:
            server.send(frame)
            if '"message"' in str(frame):
                cuts.append(str(frame))
                socket.close()

        socket.on_message(forward)
        server.on_message(lambda frame: None if cuts else socket.send(frame))

    page.route_web_socket("**/api/v1/stream*", cut_after_message)
    # And POST does not get through either, until the line is back
    lost: list[str] = []

    def lose_first(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.request.url)
            route.abort()
        else:
            route.fallback()

    page.route("**/api/v1/messages", lose_first)
    visitor.ready_to_talk()
    # When the citizen says something
    visitor.say("居民身份证换领需要什么材料")
    # Then after the reconnect it stands there once, and the server holds it once
    expect(visitor.from_bot()).to_have_count(1)
    expect(visitor.page.get_by_text("发送中")).to_have_count(0)
    expect(visitor.page.get_by_text("发送失败")).to_have_count(0)
    expect(visitor.ours()).to_have_count(1)
    assert len(cuts) == 1
    assert visitor.said() == ["居民身份证换领需要什么材料"]


def test_a_message_whose_answer_is_late_stands_there_once_and_in_order(phone: Callable[..., Phone]) -> None:
    # Given a server that takes a message, acknowledges it without a place and answers later
    visitor = phone()
    held: list[str] = []
    lines: list[WebSocketRoute] = []

    def answer_late(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        lines.append(socket)
        is_late = len(lines) == 1

        def said(frame: str | bytes) -> None:
            server.send(frame)
            said = json.loads(frame)
            if is_late and said["type"] == "message":
                socket.send(json.dumps({"type": "ack", "client_id": said["client_id"], "seq": 0}))

        socket.on_message(said)
        server.on_message(lambda frame: held.append(str(frame)) if is_late else socket.send(frame))

    visitor.page.route_web_socket("**/api/v1/stream*", answer_late)
    visitor.ready_to_talk()
    for text in ("居民身份证换领需要什么材料", "居民身份证换领收费吗"):
        visitor.say(text)
    # Then both stand there, taken and not failed
    expect(visitor.ours()).to_have_count(2)
    expect(visitor.page.get_by_text("发送中")).to_have_count(0)
    expect(visitor.page.get_by_text("正在输入")).to_be_visible()
    visitor.page.wait_for_function("JSON.parse(localStorage.getItem('qd.outbox')).length === 2")
    # When the line is cut and the answers come over the next one
    lines[0].close()
    expect(visitor.from_bot()).to_have_count(2)
    # Then each message stands there once, before its answer, also after a reload
    order = "Array.from(document.querySelectorAll('[role=log] .message')).map(one => one.classList.contains('ours') ? 'ours' : 'bot').join(' ')"
    for _ in range(2):
        expect(visitor.ours()).to_have_count(2)
        assert visitor.page.evaluate(order) == "ours bot ours bot"
        assert visitor.page.evaluate("localStorage.getItem('qd.outbox')") == "[]"
        visitor.open("/chat")
        expect(visitor.from_bot()).to_have_count(2)
    assert visitor.said() == ["居民身份证换领需要什么材料", "居民身份证换领收费吗"]


def test_a_late_answer_to_a_post_is_shown_once_when_it_comes(phone: Callable[..., Phone], watch: Watch) -> None:
    watch.expect("WebSocket")
    visitor = phone()
    page = visitor.page
    page.route_web_socket("**/api/v1/stream*", lambda socket: socket.close())

    def take_late(route: Route) -> None:
        if route.request.method == "POST":
            route.fetch()
            route.fulfill(json={"seq": 0, "replies": []})
        else:
            route.fallback()

    page.route("**/api/v1/messages", take_late)
    visitor.open("/chat")
    visitor.say("居民身份证换领需要什么材料")
    # The polling that stands in for the stream brings the answer and the message's place
    expect(visitor.from_bot()).to_have_count(1)
    expect(visitor.ours()).to_have_count(1)
    assert page.evaluate("localStorage.getItem('qd.outbox')") == "[]"


def test_a_lost_line_is_shown_and_polling_brings_the_answer(phone: Callable[..., Phone], watch: Watch) -> None:
    watch.expect("WebSocket")
    visitor = phone()
    visitor.page.route_web_socket("**/api/v1/stream*", lambda socket: socket.close())
    visitor.open("/chat")
    expect(visitor.page.get_by_text("消息可能晚几秒到")).to_be_visible()
    visitor.shot("banner")
    visitor.say("居民身份证换领需要什么材料")
    expect(visitor.from_bot()).to_have_count(1)


def test_a_place_and_a_photo_can_be_sent(phone: Callable[..., Phone]) -> None:
    visitor = phone(
        geolocation={"latitude": 36.0671, "longitude": 120.3826}, permissions=["geolocation"]
    ).ready_to_talk()
    page = visitor.page
    visitor.press("更多：照片、位置")
    visitor.shot("more")
    visitor.press("位置")
    expect(visitor.ours().last).to_contain_text("位置：我的位置")
    visitor.press("更多：照片、位置")
    page.locator("input[type=file]").set_input_files({"name": "路灯.png", "mimeType": "image/png", "buffer": PICTURE})
    expect(visitor.ours().last.locator("img")).to_be_visible()
    expect(visitor.from_bot()).to_have_count(2)
    # After a reload the picture comes from the server
    visitor.open("/chat")
    expect(visitor.ours().last.locator("img")).to_be_visible()


def test_a_refused_place_is_explained(phone: Callable[..., Phone]) -> None:
    visitor = phone(permissions=[]).ready_to_talk()
    visitor.press("更多：照片、位置")
    visitor.press("位置")
    expect(visitor.page.get_by_role("alert")).to_contain_text("请直接写地址")


def test_who_reads_further_up_is_told_of_news_and_not_pulled_away(phone: Callable[..., Phone]) -> None:
    visitor = phone(height=500).ready_to_talk()
    for number in range(1, 5):
        visitor.say("居民身份证换领需要什么材料")
        expect(visitor.from_bot()).to_have_count(number)
    visitor.page.locator(".scroller").evaluate("box => { box.scrollTop = 0 }")
    visitor.page.wait_for_function("document.querySelector('.scroller').scrollTop === 0")
    token = visitor.page.evaluate("JSON.parse(localStorage.getItem('qd.token'))")
    # When the same citizen writes from another window
    visitor.page.request.post(
        f"{visitor.url}/api/v1/messages",
        headers={"Authorization": f"Bearer {token}"},
        data={"client_id": "another-window", "parts": [{"type": "text", "body": "居民身份证换领收费吗"}]},
    )
    pill = visitor.page.get_by_role("button", name="有新消息")
    expect(pill).to_be_visible()
    visitor.shot("pill")
    assert visitor.page.locator(".scroller").evaluate("box => box.scrollTop") == 0
    pill.click()
    expect(pill).to_have_count(0)
    expect(visitor.from_bot().last).to_be_in_viewport()


def test_a_text_over_the_limit_is_not_sent(phone: Callable[..., Phone]) -> None:
    visitor = phone().ready_to_talk()
    visitor.say("长" * 2_001)
    expect(visitor.page.get_by_role("alert")).to_contain_text("一次最多 2000 个字，现在有 2001 个")
    expect(visitor.ours()).to_have_count(0)
