"""Each module of a feature is a layer or part of one, or belongs to a declared engine."""

import ast
from pathlib import Path

import pytest

from community import features
from tests.house.layers import ENGINES, LAYERS

ROOT = Path(__file__).resolve().parents[2] / "community"
FEATURES = (*features.FEATURES, "home", "console")


def modules_of(feature: str) -> list[str]:
    """Return the paths of a feature's modules inside its package, without the package's own `__init__`."""
    paths = (path.relative_to(ROOT / feature).as_posix() for path in (ROOT / feature).rglob("*.py"))
    return sorted(path for path in paths if path != "__init__.py")


def has_place(feature: str, path: str) -> bool:
    """Return whether a module is a layer, lives directly in the folder of one, or lives in an engine."""
    first, *inner = path.removesuffix(".py").split("/")
    if f"{feature}/{first}" in ENGINES:
        return len(inner) == 1
    return first in LAYERS and len(inner) <= 1


@pytest.mark.parametrize("feature", FEATURES)
def test_every_module_of_a_feature_belongs_to_a_layer(feature: str) -> None:
    modules = modules_of(feature)
    assert modules, "a feature without modules would pass whatever it holds"
    assert [path for path in modules if not has_place(feature, path)] == []


def test_a_module_outside_the_layers_is_found() -> None:
    assert not has_place("rooms", "helpers.py")
    assert not has_place("rooms", "actions/sending/posts.py")
    assert not has_place("meetups", "engine/writer.py")
    assert has_place("rooms", "engine/message_writer.py")


def test_every_package_is_a_feature_or_known_to_be_none() -> None:
    others = {"core", "demo", "doctor", "processes"}
    packages = {path.parent.name for path in ROOT.glob("*/*.py")}  # a folder left with caches alone is no package
    assert packages == {*FEATURES, *others}


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_exists_and_describes_itself(engine: str) -> None:
    package = ROOT / engine
    assert len(list(package.glob("*.py"))) > 1
    assert ast.get_docstring(ast.parse((package / "__init__.py").read_text()))
