"""What cannot be done with a bundle, and why: for the caseworker."""

from __future__ import annotations

from esdh_connect.errors import PlanError

__all__ = ["BundleRefused", "UnknownBundle"]


class UnknownBundle(PlanError):
    """There is no bundle of this name."""


class BundleRefused(PlanError):
    """A bundle cannot be made, changed or used like that."""
