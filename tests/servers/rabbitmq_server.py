"""
A real RabbitMQ on 127.0.0.1, over TLS alone, as Beskedfordeler is reached: virtual host BF, SASL EXTERNAL.

The server is Debian's, started by hand in a folder of its own, on free ports, and killed at the end. A client is
whom its certificate says (the common name): ``consumer`` may read, ``publisher`` may do everything.
"""

import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import attrs
import pika
import pytest
import trustme

PROGRAM = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
VHOST = "BF"
CONSUMER, PUBLISHER = "consumer", "publisher"
#: What the sandbox's own client certificate is called.
SANDBOX = "Eksempel Kommune (sandbox)"
_ONLY_READ = {"configure": "^$", "write": "^$", "read": ".*"}
_EVERYTHING = {"configure": ".*", "write": ".*", "read": ".*"}
_READY = 90.0
#: So long a queue may be known in memory alone: killed within it, the server forgets that there was one.
_ON_DISK = 2.5

_SETTINGS = """\
listeners.tcp = none
listeners.ssl.default = 127.0.0.1:{port}
ssl_options.cacertfile = {folder}/ca.pem
ssl_options.certfile = {folder}/server.pem
ssl_options.keyfile = {folder}/server.key
ssl_options.verify = verify_peer
ssl_options.fail_if_no_peer_cert = true
ssl_cert_login_from = common_name
auth_mechanisms.1 = EXTERNAL
initial_frame_max = 131072
load_definitions = {folder}/definitions.json
disk_free_limit.absolute = 1MB
log.file = {folder}/rabbit.log
log.file.level = warning
log.console = false
"""


class External(pika.credentials.ExternalCredentials):
    """The certificate says it all."""


def _free_port() -> int:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@attrs.define(eq=False)
class RabbitMq:
    """The server: killed and started as a test likes. What was published persistently outlives both."""

    folder: Path
    authority: trustme.CA
    port: int = attrs.field(factory=_free_port)
    _epmd_port: int = attrs.field(factory=_free_port)
    _dist_port: int = attrs.field(factory=_free_port)
    _processes: list[subprocess.Popen[bytes]] = attrs.field(factory=list)
    _newest: float = 0.0

    @property
    def url(self) -> str:
        """The address, as settings have it."""
        return f"amqps://localhost:{self.port}"

    def furnish(self) -> None:
        """Write everything it reads at its start."""
        self.authority.cert_pem.write_to_path(self.folder / "ca.pem")
        server = self.authority.issue_cert("localhost", "127.0.0.1")
        server.private_key_pem.write_to_path(self.folder / "server.key")
        server.cert_chain_pems[0].write_to_path(self.folder / "server.pem")
        for name in (CONSUMER, PUBLISHER):
            self.certificate(name)
        (self.folder / "rabbitmq.conf").write_text(_SETTINGS.format(port=self.port, folder=self.folder))
        (self.folder / "plugins").write_text("[rabbitmq_auth_mechanism_ssl].\n")
        may = {CONSUMER: _ONLY_READ, PUBLISHER: _EVERYTHING, SANDBOX: _EVERYTHING}
        users = [
            {"name": name, "password_hash": "", "hashing_algorithm": "rabbit_password_hashing_sha256", "tags": ""}
            for name in may
        ]
        permissions = [{"user": name, "vhost": VHOST, **rights} for name, rights in may.items()]
        definitions = {"vhosts": [{"name": VHOST}], "users": users, "permissions": permissions}
        (self.folder / "definitions.json").write_text(json.dumps(definitions))

    def certificate(self, name: str, authority: trustme.CA | None = None) -> Path:
        """Give a client's key and certificate, one PEM; by default of the authority the server trusts."""
        path = self.folder / f"{name}-{uuid4() if authority else 'client'}.pem"
        if not path.exists():
            issued = (authority or self.authority).issue_cert(f"{name}.example.dk", common_name=name)
            issued.private_key_and_cert_chain_pem.write_to_path(path)
        return path

    def start(self) -> None:
        """Start it, and wait until it answers."""
        environment = self._environment()
        epmd = ["epmd", "-address", "127.0.0.1", "-port", str(self._epmd_port)]
        with (self.folder / "output.log").open("ab") as output:
            for command in (epmd, [str(PROGRAM)]):
                started = subprocess.Popen(
                    command,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    start_new_session=True,
                )
                self._processes.append(started)
        self._wait()

    def kill(self) -> None:
        """End it as a power cut would: SIGKILL for it and everything it started, once its queues are on disk."""
        time.sleep(max(0.0, self._newest + _ON_DISK - time.monotonic()))
        while self._processes:
            process = self._processes.pop()
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)

    @contextmanager
    def channel(self, certificate: Path | None = None) -> Iterator[Any]:
        """A channel, by default the publisher's."""
        context = ssl.create_default_context(cafile=self.folder / "ca.pem")
        context.load_cert_chain(certificate or self.certificate(PUBLISHER))
        parameters = pika.ConnectionParameters(
            "localhost",
            self.port,
            VHOST,
            External(),
            ssl_options=pika.SSLOptions(context, "localhost"),
        )
        with closing(pika.BlockingConnection(parameters)) as connection:
            yield connection.channel()

    def queue(self, bodies: Iterable[bytes] = (), **arguments: object) -> str:
        """Make a durable queue with a dueslag's kind of name, with these messages in it; ``x_…`` are its arguments."""
        name = str(uuid4())
        with self.channel() as channel:
            kind = {key.replace("_", "-"): value for key, value in arguments.items()}
            channel.queue_declare(name, durable=True, arguments=kind)
        self._newest = time.monotonic()
        self.publish(name, bodies)
        return name

    def publish(self, queue: str, bodies: Iterable[bytes]) -> None:
        """Put messages into a queue, on disk before this returns."""
        kept = pika.BasicProperties(delivery_mode=pika.DeliveryMode.Persistent)
        with self.channel() as channel:
            channel.tx_select()
            for body in bodies:
                channel.basic_publish("", queue, body, kept)
            channel.tx_commit()

    def ready(self, queue: str) -> int:
        """How many messages of a queue wait for somebody to take them: neither acknowledged nor held by a consumer."""
        with self.channel() as channel:
            return int(channel.queue_declare(queue, durable=True, passive=True).method.message_count)

    def _environment(self) -> dict[str, str]:
        own = {
            "HOME": self.folder,  # where Erlang keeps its cookie
            "ERL_EPMD_PORT": self._epmd_port,
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"esdh{self.port}@localhost",
            "RABBITMQ_DIST_PORT": self._dist_port,
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_CONFIG_FILE": self.folder / "rabbitmq.conf",
            "RABBITMQ_ENABLED_PLUGINS_FILE": self.folder / "plugins",
            "RABBITMQ_MNESIA_BASE": self.folder / "mnesia",
            "RABBITMQ_LOG_BASE": self.folder,
            "RABBITMQ_FEATURE_FLAGS_FILE": self.folder / "flags",
            "RABBITMQ_PID_FILE": self.folder / "pid",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1} +sbwt none",
        }
        return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"} | {name: str(value) for name, value in own.items()}

    def _wait(self) -> None:
        deadline = time.monotonic() + _READY
        while time.monotonic() < deadline and self._processes[-1].poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.05)
        said = (self.folder / "output.log").read_text(errors="replace")[-2000:]
        self.kill()
        pytest.fail(f"RabbitMQ did not start: {said}")


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Who issues certificates to servers and clients here."""
    return trustme.CA()


@pytest.fixture(scope="session")
def rabbitmq(tmp_path_factory: pytest.TempPathFactory, authority: trustme.CA) -> Iterator[RabbitMq]:
    """One server for all tests; each makes queues of its own, and leaves it running."""
    if not PROGRAM.exists() or shutil.which("epmd") is None:
        if os.environ.get("CI"):
            pytest.fail("there is no RabbitMQ on this machine, and CI tests with one: see .ci/servers")
        pytest.skip("there is no RabbitMQ on this machine: `make servers` installs it")
    server = RabbitMq(tmp_path_factory.mktemp("rabbitmq"), authority)
    server.furnish()
    server.start()
    yield server
    server.kill()
