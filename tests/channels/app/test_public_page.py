"""The public list is readable without JavaScript, and nothing in it becomes markup."""

from channels.app.public_page import public_blueprint
from services.public_list.service import Edits
from tests.channels.app.browsing import browsing
from tests.support.petitions import CLERK, city
from tests.support.public_list import Stage, a_stage

PLAIN = {"Accept-Encoding": "identity"}


async def _published(stage: Stage, text: str) -> str:
    number = await stage.answered(text)
    edits = Edits(title="路灯<b>问题</b>")
    preview = await stage.public_list.preview(number, by=CLERK, edits=edits)
    return (await stage.public_list.publish(number, by=CLERK, seen=preview.seen, edits=edits)).id


async def test_list_and_petition_are_pages_of_their_own_without_a_script() -> None:
    async with a_stage() as stage, browsing(lambda: public_blueprint(stage.public_list, city().rules.directory)) as web:
        identity = await _published(stage, "路灯坏了<script>alert(1)</script>")
        async with web.get("/p/", headers=PLAIN) as answer:
            listed = await answer.text()
            assert answer.status == 200
            assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        async with web.get(f"/p/{identity}", headers=PLAIN) as answer:
            shown = await answer.text()
        for html in (listed, shown):
            assert "<script" not in html
            assert "路灯&lt;b&gt;问题&lt;/b&gt;" in html
            assert "青岛市城市管理局" in html
        assert f'href="/p/{identity}"' in listed
        assert "市南区" in shown


async def test_a_district_without_petitions_says_so_and_a_wrong_address_is_404() -> None:
    async with a_stage() as stage, browsing(lambda: public_blueprint(stage.public_list, city().rules.directory)) as web:
        async with web.get("/p/?district=370203", headers=PLAIN) as answer:
            assert "这里还没有公开的诉求" in await answer.text()
        for path in ("/p/pub_none", "/p/?district=nowhere", "/p/?cursor=nonsense"):
            async with web.get(path, headers=PLAIN) as answer:
                assert answer.status == 404


async def test_a_second_page_keeps_the_filter() -> None:
    async with a_stage() as stage, browsing(lambda: public_blueprint(stage.public_list, city().rules.directory)) as web:
        for number in range(21):
            await stage.published(key=f"d{number}")
        async with web.get("/p/?district=370202", headers=PLAIN) as answer:
            html = await answer.text()
        older = html.partition('class="ask"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
        assert "district=370202" in older
        async with web.get(older, headers=PLAIN) as answer:
            assert (await answer.text()).count("答复</p>") == 1
