"""Build the classifier and the directory that the project ships, once for all tests."""

from functools import cache
from pathlib import Path

from services.petitions.categories import Category, CategoryTree
from services.petitions.classifier import Classifier
from services.petitions.departments import Directory, load_directory
from services.petitions.doors import load_doors
from services.petitions.intake import Intake
from services.petitions.model_file import PetitionModel, load_model
from services.petitions.routing import Router
from services.petitions.routing_file import load_router
from services.petitions.vocabulary import Vocabulary, load_everyday_words

DATA = Path(__file__).parents[2] / "data"


@cache
def shipped_model() -> PetitionModel:
    """Return the model as it is shipped."""
    return load_model(DATA / "petition_model.json.gz")


@cache
def shipped_tree() -> CategoryTree:
    """Return the categories of the shipped model."""
    return CategoryTree(Category.parse(path) for path in shipped_model().counts.categories)


@cache
def shipped_directory() -> Directory:
    """Return the departments and districts as they are shipped."""
    return load_directory(DATA / "departments.json")


@cache
def shipped_classifier() -> Classifier:
    """Return the classifier with the shipped model, words and duties."""
    everyday = load_everyday_words(DATA / "petition_words.json")
    return Classifier(
        shipped_model(), Vocabulary(shipped_tree(), everyday=everyday, duties=shipped_directory().duties())
    )


@cache
def shipped_router() -> Router:
    """Return the router with the shipped rules."""
    return load_router(DATA / "routing_rules.json", directory=shipped_directory(), tree=shipped_tree())


@cache
def shipped_intake() -> Intake:
    """Return the intake with everything shipped."""
    doors = load_doors(DATA / "not_accepted.json", directory=shipped_directory(), tree=shipped_tree())
    return Intake(shipped_classifier(), router=shipped_router(), doors=doors)
