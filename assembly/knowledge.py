"""Load what files say: the catalogue with its search, the city's rules, places and words; never from the store."""

from msgspec import Struct
from msgspec.structs import replace

from assembly.settings import DATA, ROOT, PetitionSettings, Settings
from bots.understanding.loader import load_parts
from bots.understanding.pipeline import Parts, Pipeline
from services.clock import Clock
from services.items.publication import Watcher
from services.items.service import ItemService
from services.petitions.deadline_rules import RuleBook, load_rules
from services.petitions.loader import City, load_city
from services.petitions.names import Names, load_names
from services.places.gazetteer import Gazetteer
from services.settings import BadSettings
from services.text.normalise import normalise


class Knowledge(Struct, frozen=True, kw_only=True):
    """The catalogue with its search, the city's rules, places and words: read from files, never from the store."""

    items: ItemService
    watcher: Watcher
    understanding: Parts
    pipeline: Pipeline
    gazetteer: Gazetteer
    city: City
    deadlines: RuleBook
    names: Names


def load_knowledge(settings: Settings, clock: Clock) -> Knowledge:
    """Read everything; blocks for about a second (dictionaries, indexes)."""
    _ = normalise("預熱")
    files = tuple(ROOT / name for name in settings.catalogue.files)
    cache = ROOT / settings.store.files
    items = ItemService.load(files, settings=settings.search, data=DATA, cache=cache, clock=clock)
    city = patient_city(settings.petitions)
    understanding = load_parts(DATA, doors=city.rules.doors)
    return Knowledge(
        items=items,
        watcher=Watcher(items, items.workshop, clock=clock),
        understanding=understanding,
        pipeline=Pipeline(understanding, items.matcher, settings=settings.search),
        gazetteer=Gazetteer.load(DATA),
        city=city,
        deadlines=deadline_rules(settings.petitions.preset),
        names=load_names(DATA / "wording" / "petition_names.json"),
    )


def patient_city(settings: PetitionSettings) -> City:
    """Return the city's data with the waiting times of the settings."""
    city = load_city(DATA)
    return replace(city, rules=replace(city.rules, patience=settings.patience))


def deadline_rules(preset: str) -> RuleBook:
    """Return the rules, or stop the start by name when nobody's are configured."""
    book = load_rules(DATA / "deadline_rules.json")
    if preset not in book.presets:
        raise BadSettings(f"petitions.preset is one of {', '.join(sorted(book.presets))} (QD_PETITIONS__PRESET)")
    return book
