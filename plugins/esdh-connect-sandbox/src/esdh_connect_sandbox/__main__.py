"""``python -m esdh_connect_sandbox``: the same as ``esdh-connect sandbox``."""

from esdh_connect_sandbox.command import sandbox

sandbox(prog_name="python -m esdh_connect_sandbox")
