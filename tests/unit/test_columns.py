"""What a model says when it is printed: which row it is, and nothing that is in it."""

import inspect
import pkgutil
from importlib import import_module

import pytest
from sqlalchemy.orm import Mapper
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.session import make_transient_to_detached

import app
from app.base.columns import Base

for _found in pkgutil.walk_packages(app.__path__, "app."):
    if "models" in _found.name.split("."):
        import_module(_found.name)

MODELS = sorted(Base.registry.mappers, key=lambda one: one.class_.__name__)
SECRET = "Maureen Ashby, 4 Low Lane, £1,234.56"


def _filled(mapper: Mapper[Base]) -> Base:
    """A row in which every column but its key and its public id holds what nobody may read in a log."""
    row: Base = mapper.class_()
    for column in mapper.column_attrs:
        set_committed_value(row, column.key, SECRET)
    for key in mapper.primary_key:
        if key.type.python_type is int:
            set_committed_value(row, mapper.get_property_by_column(key).key, 12)
    if "public_id" in mapper.column_attrs:
        set_committed_value(row, "public_id", "k7mq2xw9ab3cde")
    return row


def test_there_are_models_to_look_at() -> None:
    assert {"Person", "Booking", "Pot", "Postcode"} <= {one.class_.__name__ for one in MODELS}


@pytest.mark.parametrize("mapper", MODELS, ids=lambda one: one.class_.__name__)
def test_a_kept_row_says_its_class_its_key_and_its_public_id_alone(mapper: Mapper[Base]) -> None:
    row = _filled(mapper)
    make_transient_to_detached(row)
    name = mapper.class_.__name__
    # Words in a key could be anybody's: only numbers are said.
    key = " 12" * sum(one.type.python_type is int for one in mapper.primary_key)
    public_id = " k7mq2xw9ab3cde" if "public_id" in mapper.column_attrs else ""
    assert repr(row) == f"<{name}{key}{public_id}>"


@pytest.mark.parametrize("mapper", MODELS, ids=lambda one: one.class_.__name__)
def test_a_row_nobody_kept_yet_says_so(mapper: Mapper[Base]) -> None:
    assert repr(mapper.class_()) == f"<{mapper.class_.__name__} unsaved>"


def test_no_model_says_it_in_a_way_of_its_own() -> None:
    odd = [one.class_.__name__ for one in MODELS if inspect.getattr_static(one.class_, "__repr__") is not Base.__repr__]
    assert odd == []
