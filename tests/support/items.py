"""Build items, halls and catalogues for tests."""

from datetime import date

from services.items.catalogue import Catalogue
from services.items.model import (
    Depth,
    Fee,
    Hall,
    HallId,
    ItemCode,
    Material,
    Online,
    OpeningHours,
    Result,
    ServiceItem,
    Step,
    TimeLimit,
    Window,
)

CODE = ItemCode("370709901000")
WEEKDAYS = (1, 2, 3, 4, 5)


def an_item(code: str = CODE, name: str = "居民身份证换领", **changes: object) -> ServiceItem:
    """Return an item with a short, faultless guide."""
    guide: dict[str, object] = {
        "department": "青岛市公安局",
        "department_id": "gaj",
        "audience": ("自然人",),
        "topics": ("户籍办理",),
        "conditions": ("有效期满",),
        "materials": (Material(name="居民户口簿"),),
        "steps": (Step(order=1, name="受理"), Step(order=2, name="送达", days=1)),
        "legal_limit": TimeLimit(days=60, unit="自然日"),
        "promise_limit": TimeLimit(days=15),
        "case_type": "承诺件",
        "fee": Fee(charged=True, standard="20元"),
        "windows": (Window(hall_id=HallId("H1")),),
        "online": Online(depth=Depth.PRE_CHECKED, visits=1, visit_reason="须本人到场", path="/items/1"),
        "phone": "0532-00000101",
        "complaint_phone": "0532-12345",
        "result": Result(type="出证办结", name="居民身份证"),
        "legal_basis": ("中华人民共和国居民身份证法",),
        "effective_from": date(2026, 1, 1),
    }
    return ServiceItem(code=ItemCode(code), name=name, **(guide | changes))  # type: ignore[arg-type]  # builder


def a_hall(hall_id: str = "H1", **changes: object) -> Hall:
    """Return a hall that is open on weekdays, with a break at noon."""
    fields: dict[str, object] = {
        "name": "市南区政务服务大厅",
        "kind": "区(市)大厅",
        "district": "市南区",
        "district_code": "370202",
        "address": "市南区示例路11号",
        "hours": (
            OpeningHours(days=WEEKDAYS, opens="09:00", closes="12:00"),
            OpeningHours(days=WEEKDAYS, opens="13:00", closes="17:00"),
        ),
        "phone": "0532-00000202",
        "lat": 36.075,
        "lng": 120.412,
    }
    return Hall(id=HallId(hall_id), **(fields | changes))  # type: ignore[arg-type]  # builder


def a_catalogue(*items: ServiceItem, day: date = date.max, serial: int = 1) -> Catalogue:
    """Return a catalogue of these items (one, when none is given) with one hall."""
    return Catalogue.of(items or (an_item(),), (a_hall(),), serial=serial, day=day)
