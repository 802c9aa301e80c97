"""What a module says it exports is the truth."""

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import esdh_connect
from esdh_connect.deadlines import OpenLetter
from esdh_connect.inbox import Trouble
from esdh_connect.legal_clock import ComplaintPeriod
from esdh_connect.stopping import Halted, Stoppable

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


ROOT = Path(__file__).parents[1]
#: What the docstring of the package calls public, and what is imported from it by those who stand outside.
PUBLIC = set(re.findall(r"``([a-z_.]+)``", esdh_connect.__doc__ or "")) - {"import"}
OUTSIDE = [*ROOT.glob("docs/*.md"), ROOT / "README.md", *ROOT.glob("plugins/*/src/**/*.py")]
IMPORTED = re.compile(r"^\s*from esdh_connect(\.[\w.]+)? import ([\w, ]+)", re.MULTILINE)
#: Packages that are only a place for modules.
PLACES = {"", "cli"}


@pytest.mark.parametrize("path", OUTSIDE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_whoever_stands_outside_uses_what_is_public(path):
    """Documentation and plugins import what the package says it keeps, and nothing else of it."""
    names = set()
    for module, more in IMPORTED.findall(path.read_text(encoding="utf-8")):
        home = module.removeprefix(".")
        named = {one.split()[0] for one in more.split(",") if one.strip()}
        names |= {f"{home}.{one}".removeprefix(".") for one in named} if home in PLACES else {home}
    strange = {
        name
        for name in names - set(esdh_connect.__all__)
        if not any(name == known or name.startswith(f"{known}.") for known in PUBLIC)
    }
    assert not strange


def test_what_is_public_is_there():
    """No name of a module that was renamed."""
    for name in PUBLIC:
        importlib.import_module(f"esdh_connect.{name}")


def test_the_values_that_are_given_out_are_public():
    """A vendor writes their types down."""
    homes = {
        one.__module__.removeprefix("esdh_connect.")
        for one in (Trouble, Halted, Stoppable, OpenLetter, ComplaintPeriod)
    }
    assert homes <= PUBLIC
