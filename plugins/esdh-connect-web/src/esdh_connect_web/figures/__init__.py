"""Tal: what the pages of statistics show, made of what ``esdh_connect_forbrug`` has published, and of nothing else."""
