"""
An offline Serviceplatformen: develop against SF1601 without a certificate, an agreement or a network.

.. code-block:: python

    from esdh_connect_sandbox import Fault, Sandbox

    with Sandbox("sandbox") as sandbox:
        sandbox.script.add(Fault("kombi", "reset_after"))
        ...  # a client with sandbox.settings
        assert len(sandbox.received()) == 1

As a program: ``esdh-connect sandbox --dir sandbox``, or ``python -m esdh_connect_sandbox --dir sandbox``.
"""

from esdh_connect_sandbox.archive import Entry
from esdh_connect_sandbox.faults import Fault
from esdh_connect_sandbox.post import BadEndpoint
from esdh_connect_sandbox.sandbox import Sandbox
from esdh_connect_sandbox.state import FolderInUse

__all__ = ["BadEndpoint", "Entry", "Fault", "FolderInUse", "Sandbox"]
