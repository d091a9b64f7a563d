"""Read what is open to everybody, without JavaScript, on a small screen: the public list and the month's bulletin."""

from collections.abc import Callable

from playwright.sync_api import expect

from channels.bulletins import bulletin_html
from services.figures.bulletin import Bulletin, Row, Table, public_variant
from services.figures.cells import total
from services.figures.model import Axis, Figure
from tests.browser.driving import STORY, Phone
from tests.browser.measuring import OVERFLOWING, SMALL_TARGETS, violations
from tests.support.live import Api

LONG_REPLY = (
    "经核实，该处路灯为线路老化导致短路，已于今日上午更换线路和灯头并试亮。\n后续将加强夜间巡查，欢迎继续监督。"
)
UNITS = ("青岛市城市管理局", "青岛市住房和城乡建设局", "市南区", "青岛西海岸新区管委城市综合执法局")


def publish(url: str) -> str:
    """Let a petition be answered and published; return its public id."""
    api = Api(url)
    body = {"kind": "help", "text": STORY, "place": {"text": "市南区示例路"}}
    _, filed = api.guest().call("POST", "/api/v1/petitions", body)
    clerk, path = api.staff("clerk1"), f"/desk/api/v1/petitions/{filed['number']}"
    steps: tuple[tuple[str, dict[str, str]], ...] = (
        ("accept", {}),
        ("dispatch", {"to": "cgj"}),
        ("sign", {}),
        ("answer", {"public_text": LONG_REPLY, "internal_text": "换线"}),
    )
    for action, fields in steps:
        assert clerk.call("POST", f"{path}/{action}", fields)[0] == 200
    _, preview = clerk.call("POST", f"{path}/preview", {})
    status, published = clerk.call("POST", f"{path}/publish", {"seen": preview["seen"]})
    assert status == 200, published
    return str(published["id"])


def a_bulletin() -> bytes:
    """Return the page of a busy month with one unit that had little to do."""
    rows = tuple(
        Row(key=name, name=name, counts=dict.fromkeys(Figure, 1200 // (number * number + 1)))
        for number, name in enumerate(UNITS)
    )
    summed = Row(key="", name="", counts=total(row.counts for row in rows))
    tables = tuple(Table(axis=axis, rows=rows, total=summed) for axis in (Axis.UNIT, Axis.DISTRICT))
    bulletin = public_variant(Bulletin(month="2026-10", is_public=False, tables=tables))
    return bulletin_html(bulletin, csv_address="/p/bulletins/2026-10.csv")


def test_the_public_list_reads_well_on_a_small_screen_without_javascript(phone: Callable[..., Phone]) -> None:
    visitor = phone(width=360, height=740)
    page, identity = visitor.page, publish(visitor.url)
    page.goto(f"{visitor.url}/p/")
    expect(page.get_by_role("heading", level=1)).to_have_text("公开诉求")
    faults = violations(page) + page.evaluate(OVERFLOWING) + page.evaluate(SMALL_TARGETS, 44)
    visitor.shot("list", whole=True)
    page.locator(f"a[href='/p/{identity}']").click()
    expect(page.get_by_text("后续将加强夜间巡查")).to_be_visible()
    faults += violations(page) + page.evaluate(OVERFLOWING) + page.evaluate(SMALL_TARGETS, 44)
    visitor.shot("one", whole=True)
    page.goto(f"{visitor.url}/p/?district=370202")
    expect(page.get_by_role("heading", level=1)).to_contain_text("市南区")
    faults += violations(page) + page.evaluate(OVERFLOWING)
    assert faults == []
    assert page.evaluate("document.scripts.length") == 0


def test_a_bulletin_keeps_its_names_in_sight_while_the_figures_are_scrolled(phone: Callable[..., Phone]) -> None:
    visitor = phone(width=360, height=740)
    page = visitor.page
    page.route("**/p/bulletins/2026-10", lambda route: route.fulfill(body=a_bulletin(), content_type="text/html"))
    page.goto(f"{visitor.url}/p/bulletins/2026-10")
    expect(page.get_by_role("heading", level=1)).to_contain_text("2026-10")
    visitor.shot("bulletin", whole=True)
    faults = violations(page) + page.evaluate(OVERFLOWING) + page.evaluate(SMALL_TARGETS, 44)
    assert faults == []
    # When the table is scrolled with the keyboard to its last column
    table = page.get_by_role("region", name="承办单位")
    table.focus()
    for _ in range(40):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('[role=region]').scrollLeft > 200")
    visitor.shot("scrolled")
    # Then the names of the lines are still there
    name = table.get_by_role("rowheader", name=UNITS[0])
    expect(name).to_be_in_viewport(ratio=0.9)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
