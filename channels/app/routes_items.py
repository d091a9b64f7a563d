"""Service items of the client API: search, list, and the whole guide."""

from msgspec import structs

from channels.app import bodies
from channels.endpoints import Call, Endpoint
from services.items.listing import Filter
from services.items.model import ServiceItem
from services.items.service import ItemService


class ItemRoutes:
    """What the city publishes; anybody may read it."""

    def __init__(self, *, items: ItemService) -> None:
        """Take the catalogue's service."""
        self._items = items

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return the calls of this part."""
        return (
            Endpoint(
                method="GET",
                path="/items",
                summary="Search and list service items; q is ranked by the bot's own matcher",
                handler=self._find,
                query=bodies.ItemsQuery,
                answer=bodies.ItemsAnswer,
            ),
            Endpoint(
                method="GET",
                path="/items/<code:str>",
                summary="The whole guide of an item, today's or another day's version",
                handler=self._show,
                query=bodies.ItemQuery,
                answer=bodies.GuideAnswer,
            ),
        )

    async def _find(self, call: Call) -> bodies.ItemsAnswer:
        query: bodies.ItemsQuery = call.query
        wanted = Filter(audience=query.audience, district=query.district, department=query.department)
        page = self._items.find(query.q, wanted, cursor=query.cursor, limit=query.limit)
        return bodies.ItemsAnswer(items=tuple(_line(item) for item in page.items), next=page.next)

    async def _show(self, call: Call) -> bodies.GuideAnswer:
        item = self._items.item(call.path["code"], as_of=call.query.as_of)
        known = self._items.current().halls
        named = dict.fromkeys(window.hall_id for window in item.windows)
        halls = tuple(known[hall] for hall in named if hall in known)
        return bodies.GuideAnswer(**structs.asdict(item), halls=halls)


def _line(item: ServiceItem) -> bodies.ItemLine:
    return bodies.ItemLine(code=item.code, name=item.name, department=item.department, depth=item.depth)
