"""Name the three levels of petition categories (诉求三级分类)."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Self

from msgspec import Struct

from services.errors import Invalid


class LevelName(StrEnum):
    """The one name that stands on every level of the tree and says nothing about a petition's subject."""

    OTHER = "其他"


OTHER = LevelName.OTHER.value

_LEVELS = 3


class UnknownCategory(Invalid):
    """Refuse a category that the tree does not hold."""

    code = "petition.unknown_category"
    title = "没有这个诉求分类"


class Category(Struct, frozen=True):
    """One leaf of the tree; written as ``level1/level2/level3``."""

    level1: str
    level2: str
    level3: str

    @property
    def path(self) -> str:
        """Return the three levels as one string."""
        return f"{self.level1}/{self.level2}/{self.level3}"

    @property
    def level2_path(self) -> str:
        """Return the first two levels as one string."""
        return f"{self.level1}/{self.level2}"

    @classmethod
    def parse(cls, path: str) -> Self:
        """Read ``level1/level2/level3``; raise `UnknownCategory` for any other shape."""
        levels = path.split("/")
        if len(levels) != _LEVELS or not all(levels):
            raise UnknownCategory(fields={"category": UnknownCategory.title})
        return cls(*levels)


class CategoryTree:
    """Hold all categories in their given order."""

    def __init__(self, categories: Iterable[Category]) -> None:
        """Keep the leaves, each once; an empty tree is refused."""
        self.categories: tuple[Category, ...] = tuple(dict.fromkeys(categories))
        if not self.categories:
            raise UnknownCategory("a category tree needs at least one category")
        self._below: dict[str, list[Category]] = {}
        for category in self.categories:
            for node in (category.level1, category.level2_path, category.path):
                self._below.setdefault(node, []).append(category)

    @property
    def level1(self) -> tuple[str, ...]:
        """Return the names of the first level."""
        return tuple(node for node in self._below if "/" not in node)

    def below(self, node: str) -> tuple[Category, ...]:
        """Return the categories at or below a path of one to three levels; raise `UnknownCategory` for any other."""
        try:
            return tuple(self._below[node])
        except KeyError:
            raise UnknownCategory(f"there is no category {node!r}") from None

    def catch_all(self, level1: str) -> Category:
        """Return the category for what no other below a first level fits."""
        leaves = self.below(level1)
        return next((leaf for leaf in leaves if (leaf.level2, leaf.level3) == (OTHER, OTHER)), leaves[0])

    def find(self, path: str) -> Category:
        """Return the category written like this; raise `UnknownCategory` when the tree does not hold it."""
        category = Category.parse(path)
        if path not in self:
            raise UnknownCategory(fields={"category": UnknownCategory.title})
        return category

    def __contains__(self, node: str) -> bool:
        """Tell whether a path of one, two or three levels exists."""
        return node in self._below
