"""The three levels of categories."""

import pytest

from services.petitions.categories import Category, CategoryTree, UnknownCategory
from tests.support.petition_data import shipped_tree

TREE = CategoryTree(
    [Category("城乡建设", "其他", "其他"), Category("城乡建设", "市政", "路灯"), Category("民政", "优抚", "待遇")]
)


def test_a_path_reads_back_as_the_category_it_was_written_from() -> None:
    for category in shipped_tree().categories:
        assert Category.parse(category.path) == category


@pytest.mark.parametrize("path", ["", "城乡建设", "城乡建设/市政", "城乡建设//路灯", "一/二/三/四"])
def test_a_path_of_another_shape_is_refused(path: str) -> None:
    with pytest.raises(UnknownCategory):
        Category.parse(path)


def test_a_tree_answers_for_every_level() -> None:
    assert TREE.level1 == ("城乡建设", "民政")
    assert TREE.below("城乡建设/市政") == (Category("城乡建设", "市政", "路灯"),)
    assert "民政/优抚" in TREE
    assert "民政/市政" not in TREE


def test_a_node_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UnknownCategory):
        TREE.below("交通运输")
    with pytest.raises(UnknownCategory):
        TREE.find("民政/市政/路灯")


def test_the_rest_of_a_first_level_goes_to_its_other_or_else_to_its_first_category() -> None:
    assert TREE.catch_all("城乡建设").path == "城乡建设/其他/其他"
    assert TREE.catch_all("民政").path == "民政/优抚/待遇"


def test_an_empty_tree_is_refused() -> None:
    with pytest.raises(UnknownCategory):
        CategoryTree([])


def test_the_shipped_tree_has_a_catch_all_below_each_of_its_fifteen_first_levels() -> None:
    tree = shipped_tree()
    assert len(tree.level1) == 15
    assert all(tree.catch_all(level1).path == f"{level1}/其他/其他" for level1 in tree.level1)
