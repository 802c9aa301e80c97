"""A wave that is planned: it begins in kultur."""

from datetime import timedelta

import pytest
from administering import FIRST, WHAT, plugins

from esdh_connect_forbrug import Forbrug
from esdh_connect_rollout import Rollout, Waves


@pytest.fixture
def more():
    return {"rollout": Rollout(), "forbrug": Forbrug(), **plugins()}


@pytest.fixture
def policy():
    return {"undo": timedelta(minutes=2), "plugins": ["letters"]}


@pytest.fixture
def waves(hall):
    waves = Waves(hall.post)
    waves.plan(FIRST, ["kultur"], starts=hall.clock(), owner="Eva Holm", what=WHAT, by="eva", goal=200)
    return waves
