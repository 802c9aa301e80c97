"""What a module says it exports is the truth."""

import importlib
import pkgutil

import pytest

import esdh_connect

MODULES = [
    name
    for _, name, is_package in pkgutil.iter_modules(esdh_connect.__path__, "esdh_connect.")
    if not is_package and not name.endswith("hookspecs")
]


@pytest.mark.parametrize("name", MODULES)
def test_everything_in_all_is_there_and_documented(name):
    """And nothing public is left out of it."""
    module = importlib.import_module(name)
    own = {
        public
        for public, value in vars(module).items()
        if not public.startswith("_") and callable(value) and getattr(value, "__module__", None) == name
    }

    assert own <= set(module.__all__)
    for public in module.__all__:
        assert hasattr(module, public)
    for public in own:
        assert getattr(module, public).__doc__


def test_the_everyday_names_can_be_imported_from_the_top():
    """They are imported when first used."""
    for name in esdh_connect.__all__:
        assert getattr(esdh_connect, name) is not None
        assert name in dir(esdh_connect)
    with pytest.raises(AttributeError):
        _ = esdh_connect.nonsense
