"""``esdh-connect serve``: the pages beside a host that is not in Python."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from types import ModuleType

import click

from esdh_connect.cli import talk
from esdh_connect.cli.danish import Command
from esdh_connect.cli.exits import Exit, Stopped
from esdh_connect.cli.installation import opened
from esdh_connect.cli.options import found_settings, settings, verbose

__all__ = ["serve"]

_LOOPBACK = "127.0.0.1"
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command(cls=Command)
@settings
@click.option("--host", metavar="ADRESSE", default=_LOOPBACK, show_default=True, help="Lyt her.")
@click.option("--port", metavar="TAL", type=click.IntRange(0, 65535), default=8443, show_default=True, help="Lyt her.")
@click.option("--certificate", metavar="FIL", type=_FILE, help="Certifikatet med dets kæde, som PEM.")
@click.option("--key", metavar="FIL", type=_FILE, help="Certifikatets nøgle, som PEM.")
@click.option(
    "--behind-proxy", is_flag=True,
    help="En webserver foran har certifikatet: tillad også andre adresser end maskinens egen uden.",
)  # fmt: skip
@click.option("--prefix", metavar="STI", default="", help="Den sti, en webserver foran har taget af adressen.")
@verbose
def serve(  # noqa: PLR0917 - the command line's own options
    settings: Path | None,
    host: str,
    port: int,
    certificate: Path | None,
    key: Path | None,
    prefix: str,
    *,
    behind_proxy: bool,
) -> int:
    """
    Vis siderne i en browser, ved siden af et ESDH-system, der ikke er i Python.

    Kun maskinen selv kan nå dem, medmindre der står en anden adresse; så skal der være et certifikat.
    """
    if (certificate is None) is not (key is None):
        raise Stopped(Exit.USAGE, "Certifikat og nøgle følges ad: --certificate og --key.")
    if certificate is None and not behind_proxy and not _is_loopback(host):
        raise Stopped(
            Exit.USAGE, "Uden certifikat kan siderne kun nås fra maskinen selv. Se --certificate og --behind-proxy."
        )
    uvicorn = _uvicorn()
    from esdh_connect_web.app import make_asgi_app

    app = make_asgi_app(opened(found_settings(settings)))
    scheme = "https" if certificate else "http"
    talk.say(f"Siderne vises på {scheme}://{host}:{port}{prefix}. Ctrl-C stopper.")
    # No line for each request: an address tells nothing of anybody, but when somebody works does.
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        ssl_certfile=certificate,
        ssl_keyfile=key,
        root_path=prefix,
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
    )
    uvicorn.Server(config).run()
    return Exit.DONE


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _uvicorn() -> ModuleType:
    try:
        import uvicorn
    except ImportError as error:
        raise Stopped(Exit.SETTINGS, "Serveren mangler: pip install esdh-connect-web[serve]") from error
    return uvicorn
