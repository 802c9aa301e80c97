"""Repair: a PDF that the engine declines is made one that it takes."""
