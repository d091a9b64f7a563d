"""Load everything that petitions are proposed and judged by from the data folder, and refuse what is broken."""

from pathlib import Path

from msgspec import Struct

from services.calendar.loader import load_calendar
from services.petitions.categories import Category, CategoryTree
from services.petitions.classifier import Classifier
from services.petitions.departments import load_directory
from services.petitions.doors import load_doors
from services.petitions.intake import Intake
from services.petitions.model_file import Counts, load_model
from services.petitions.routing_file import load_router
from services.petitions.rules import CityRules
from services.petitions.vocabulary import Vocabulary, load_everyday_words


class City(Struct, frozen=True, kw_only=True):
    """What proposes, what is checked against, and the counts by which words weigh."""

    intake: Intake
    rules: CityRules
    counts: Counts


def load_city(data: Path) -> City:
    """Return what the files of a folder say. Reads them (about 100 ms): call at start, or off the event loop.

    Raises:
        BrokenModel, BrokenDirectory, BrokenRules, UnknownCategory: by file, with everything that is wrong.
    """
    model = load_model(data / "petition_model.json.gz")
    tree = CategoryTree(Category.parse(path) for path in model.counts.categories)
    directory = load_directory(data / "departments.json")
    everyday = load_everyday_words(data / "petition_words.json")
    vocabulary = Vocabulary(tree, everyday=everyday, duties=directory.duties())
    router = load_router(data / "routing_rules.json", directory=directory, tree=tree)
    doors = load_doors(data / "not_accepted.json", directory=directory, tree=tree)
    return City(
        intake=Intake(Classifier(model, vocabulary), router=router, doors=doors),
        rules=CityRules(calendar=load_calendar(data), directory=directory, doors=doors, tree=tree),
        counts=model.counts,
    )
