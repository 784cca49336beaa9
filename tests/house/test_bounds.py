"""Every field that a member may send has a bound: a length, a number of items, a range or a closed set."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from marshmallow import Schema, fields, validate

from community import core
from community.buddies.schemas.profiles import Month
from community.core.schemas import Day, UtcDateTime, time_zone_name
from community.meetups.schemas.meetups import WallClock
from community.members.schemas.fields import NewPassword
from community.rooms.schemas import sockets

HOME = Path(core.__file__).parents[1]
# These have a bound of their own: the field's own type, or a validator that knows a closed set.
BOUNDED = (fields.UUID, fields.Boolean, fields.Enum, fields.Time, UtcDateTime, Day, Month, WallClock, NewPassword)
MAX_TEXT, MAX_ITEMS, LARGEST = 20_000, 1000, 2**63


def sent_shapes(app: Flask) -> dict[str, Schema]:
    """The shapes that something is loaded by: of the API, of the pages' forms, of sockets."""
    found: list[Schema] = []
    for view in app.view_functions.values():
        arguments = getattr(view, "_apidoc", {}).get("arguments", {}).get("parameters", [])
        found += [one["schema"]() if isinstance(one["schema"], type) else one["schema"] for one in arguments]
    for file in HOME.glob("*/pages/*.py"):
        found += _forms_of(file)
    found += [shape() for shape in vars(sockets).values() if isinstance(shape, type) and issubclass(shape, Schema)]
    return {type(one).__name__: one for one in found}


def _forms_of(file: Path) -> Iterator[Schema]:
    module = importlib.import_module("community." + ".".join(file.relative_to(HOME).with_suffix("").parts))
    for name in re.findall(r"Form\(\s*(\w+)\(", file.read_text()):
        yield getattr(module, name)()


def unbounded(name: str, shape: Schema) -> Iterator[str]:
    """The fields of a shape that take anything of any size."""
    for key, field in shape.fields.items():
        if not field.dump_only:
            yield from _unbounded(f"{name}.{key}", field)


def _unbounded(path: str, field: fields.Field[Any]) -> Iterator[str]:
    if isinstance(field, fields.Nested):
        yield from unbounded(path, field.schema)
    elif isinstance(field, fields.List):
        if not _has(field, validate.Length, "max", MAX_ITEMS):
            yield path
        yield from _unbounded(f"{path}[]", field.inner)
    elif isinstance(field, fields.Number):
        if not _is_closed(field) and not (_has(field, validate.Range, "min", LARGEST) and _ceiling(field)):
            yield path
    elif not isinstance(field, BOUNDED) and not _is_closed(field) and not _is_short(field):
        yield path


def _is_short(field: fields.Field[Any]) -> bool:
    return isinstance(field, fields.String) and _has(field, validate.Length, "max", MAX_TEXT)


def _ceiling(field: fields.Field[Any]) -> bool:
    return _has(field, validate.Range, "max", LARGEST)


def _has(field: fields.Field[Any], kind: type, name: str, most: int) -> bool:
    bounds = [getattr(one, name, None) for one in field.validators if isinstance(one, kind)]
    bounds += [one.equal for one in field.validators if isinstance(one, validate.Length) and kind is validate.Length]
    return any(bound is not None and abs(bound) <= most for bound in bounds)


def _is_closed(field: fields.Field[Any]) -> bool:
    return any(isinstance(one, validate.OneOf | validate.Equal) or one is time_zone_name for one in field.validators)


def test_every_field_that_is_sent_has_a_bound(app: Flask) -> None:
    """A1, as a class: nobody chooses how much there is to work on."""
    shapes = sent_shapes(app)
    assert len(shapes) > 60
    assert [path for name, shape in sorted(shapes.items()) for path in unbounded(name, shape)] == []


@pytest.mark.parametrize(
    "field",
    [
        fields.String(),
        fields.Integer(),
        fields.Integer(validate=validate.Range(min=0)),
        fields.List(fields.UUID()),
        fields.List(fields.String(), validate=validate.Length(max=3)),
        fields.Dict(),
        fields.Raw(),
    ],
)
def test_a_field_without_a_bound_is_found(field: fields.Field[Any]) -> None:
    """A1: the walk above finds each kind."""
    assert [*unbounded("shape", Schema.from_dict({"it": field})())]
