"""
Hegn: around what a channel does in training mode, so that nothing leaves the machine whatever it does.

Python tells of every connection before it is made (PEP 578). In a call that is fenced, one to anywhere but this machine
is refused, and so is another program. It is the second defence: the first is that no such channel is loaded.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from functools import wraps
from ipaddress import ip_address
from pathlib import Path
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlsplit

from esdh_connect.errors import Rejected

__all__ = ["LEFT", "fenced", "is_here", "leading_outside"]

P = ParamSpec("P")
T = TypeVar("T")

#: The code of a letter that was stopped at the fence.
LEFT = "esdh_connect.training"
_INSIDE: ContextVar[bool] = ContextVar("esdh_connect_fenced", default=False)
#: Where in what is told of each the address stands.
_WAYS_OUT = {
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
}
_PROGRAMS = ("subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "pty.spawn")
_standing = False


def fenced(call: Callable[P, T]) -> Callable[P, T]:
    """Give the same call, out of which nothing leads but to this machine. Raises Rejected where something would."""
    _put_up()

    @wraps(call)
    def inside(*arguments: P.args, **named: P.kwargs) -> T:
        token = _INSIDE.set(True)
        try:
            return call(*arguments, **named)
        finally:
            _INSIDE.reset(token)

    return inside


def is_here(host: str | bytes | None) -> bool:
    """Tell whether a name or address is of this machine, without asking anybody."""
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host or ""
    name = name.strip("[]").rstrip(".").casefold()
    if name == "localhost":
        return True
    try:
        address = ip_address(name.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)


def leading_outside(addresses: Mapping[str, str | None], ca: Path | None, organisation: str) -> Iterator[str]:
    """
    Say in Danish what of a plugin's settings leads off this machine, or to something else than what it is tested with.

    A real system may answer on this machine, through a tunnel: all authorities in ``ca`` must be of ``organisation``,
    which is what the stand-in for testing calls its own.
    """
    for name, address in addresses.items():
        if address and not is_here(urlsplit(address).hostname):
            yield f"{name} er ikke på denne maskine"
    if ca is None:
        yield "ca mangler: uden den stoles der på alle, systemet stoler på"
    elif not _are_of(organisation, ca):
        yield "ca er ikke prøvesystemets"


def _are_of(organisation: str, ca: Path) -> bool:
    from cryptography.x509 import load_pem_x509_certificates
    from cryptography.x509.oid import NameOID

    try:
        authorities = load_pem_x509_certificates(ca.read_bytes())
    except (OSError, ValueError):
        return False
    named = [
        [one.value for one in who.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)] for who in authorities
    ]
    return bool(named) and all(one == [organisation] for one in named)


def _put_up() -> None:
    global _standing  # noqa: PLW0603 - what Python keeps of it is of the process too, and cannot be taken away
    if not _standing:
        sys.addaudithook(_look)
        _standing = True


def _look(event: str, told: tuple[Any, ...]) -> None:
    if not event.startswith(("socket.", "subprocess.", "os.", "pty.")) or not _INSIDE.get():
        return
    leads_out = event in _WAYS_OUT and not _is_here(told[_WAYS_OUT[event]])
    if leads_out or event.startswith(_PROGRAMS):
        raise Rejected(
            f"training: {event} would leave the machine",
            code=LEFT,
            danish="i øvelse må intet forlade maskinen, og det ville det her brev have gjort. Spørg administratoren",
        )


def _is_here(address: Any) -> bool:  # noqa: ANN401 - of all families of addresses
    match address:
        case (str() | bytes() as host, *_):
            return is_here(host)
        case str() | bytes():  # of the machine's own sockets; in a look-up, the name of a host
            return address[:1] in ("/", b"/", "\0", b"\0") or is_here(address)
    return address is None
