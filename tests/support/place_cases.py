"""Make thousands of sentences that name places of the gazetteer, with what is right for each.

What is right is worked out here from the file of places alone: a name means all places that officially bear it, or else
all that bear it when the committee is left out; the districts and streets a sentence names narrow them down.
"""

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

AMBIGUOUS = "ambiguous"

_COMMITTEE = re.compile(r"(.+?)(社区村|社区|村)?(居民委员会|村民委员会|村民委会|民委会|居委会|村委会)?")
_CITY = ("", "", "青岛", "青岛市", "山东省青岛市")
_OF = ("", "", "的", " ")
FRAMES = (
    "{}",
    "{}门口垃圾没人清运",
    "家住{},楼下有人半夜唱歌",
    "我在{}这边,路上井盖没了",
    "{}附近占路经营很严重",
    "{}23号楼2单元楼道灯坏了",
    "{}什么时候通燃气",
    "反映一下{}停水的问题",
    "你好,我是{}的居民,暖气不热",
    "昨天晚上{}有人打架",
    "投诉{},路灯坏了半个月",
    "从{}到市里的公交太少",
    "请管一管{}的违建!",
    "位于{}的工地夜间施工",
    "我们{}好几天没水了……",
    "【求助】{}，物业不作为",
)


class PlaceCase(NamedTuple):
    """Hold a sentence and the code of the place it names, or that it is ambiguous."""

    kind: str
    text: str
    expected: str


class _Community(NamedTuple):
    district: str
    short_district: str
    street: str
    street_code: str
    name: str
    code: str


def cases(seed: int, *, folder: Path = Path("data")) -> Iterator[PlaceCase]:
    """Yield every community, street and district in every kind of mention, in frames drawn by the seed."""
    draw = random.Random(seed)
    districts = json.loads((folder / "places_qingdao.json").read_text(encoding="utf-8"))["districts"]
    communities = [
        _Community(district["name"], district["aliases"][0], street["name"], street["code"], one["name"], one["code"])
        for district in districts
        for street in district["streets"]
        for one in street["communities"]
    ]
    bearers: defaultdict[str, list[_Community]] = defaultdict(list)
    short_bearers: defaultdict[str, list[_Community]] = defaultdict(list)
    for one in communities:
        bearers[one.name].append(one)
        short_bearers[_short(one.name)].append(one)
    for one in communities:
        for name in dict.fromkeys((one.name, _short(one.name))):
            same = bearers.get(name) or short_bearers[name]
            yield from _mentions(draw, one, name=name, same=same)
    for district in districts:
        yield from _district_mentions(draw, district)


def _mentions(draw: random.Random, one: _Community, *, name: str, same: list[_Community]) -> Iterator[PlaceCase]:
    in_district = [other for other in same if other.district == one.district]
    in_street = [other for other in same if other.street_code == one.street_code]
    if not in_street:
        # The name is another community's official one; beside this street it means the one that lies there.
        in_street = in_district = [one]
    city, of = draw.choice(_CITY), draw.choice(_OF)
    kinds = {
        "alone": (name, same),
        "district": (f"{city}{one.district}{of}{name}", in_district),
        "short district": (f"{city}{one.short_district}{name}", in_district),
        "street": (f"{one.street}{of}{name}", in_street),
        "district and street": (f"{city}{one.district}{one.street}{of}{name}", in_street),
    }
    for kind, (mention, meant) in kinds.items():
        expected = meant[0].code if len(meant) == 1 else AMBIGUOUS
        yield PlaceCase(f"community, {kind}", draw.choice(FRAMES).format(mention), expected)


def _district_mentions(draw: random.Random, district: dict[str, Any]) -> Iterator[PlaceCase]:
    for frame in FRAMES:
        for name in (district["name"], district["aliases"][0]):
            yield PlaceCase("district", frame.format(f"{draw.choice(_CITY)}{name}"), district["code"])
        for street in district["streets"]:
            for before in ("", f"{draw.choice(_CITY)}{district['name']}", district["aliases"][0]):
                yield PlaceCase("street", frame.format(f"{before}{street['name']}"), street["code"])


def _short(name: str) -> str:
    """Return a name without its committee: 泰州路社区, 滨河村."""
    match = _COMMITTEE.fullmatch(name)
    if match is None or not (match[2] or match[3]):
        return name
    is_rural = match[2] == "村" or (not match[2] and match[3].startswith("村"))
    return match[1] + ("村" if is_rural else "社区")
