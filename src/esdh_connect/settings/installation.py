"""Settings of one installation, as values."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, Self, TypeVar

import attrs
from cattrs.errors import StructureHandlerNotFoundError

from esdh_connect.errors import PluginError
from esdh_connect.legal_clock import DELIVERY, DeliveryTime, LegalClock
from esdh_connect.model import Sender
from esdh_connect.policy import PolicyChange
from esdh_connect.settings.departments import ALWAYS, DepartmentSettings, broken_references, changes_of
from esdh_connect.settings.file import Problem, SettingsFile
from esdh_connect.settings.place import StoreServer, StoreSettings
from esdh_connect.settings.secret import Secret
from esdh_connect.settings.structure import structured
from esdh_connect.training import Training
from esdh_connect.workdays import CLOSED, Workdays, are_days

__all__ = ["SCHEMA", "ClockSettings", "RetentionSettings", "Secrets", "Settings", "WorkerSettings", "same_as"]

#: The form of the file this version reads; a later form gets a later number.
SCHEMA = 1

T = TypeVar("T")

#: Behind the name of the secret's file: the one before it, and the one that is going to be.
OLD, NEXT = ".old", ".next"
_KEY = 32
#: What the metadata of an attribute calls it that its key stands in another table too.
_SAME_AS = "esdh_connect.same_as"


@attrs.frozen
class Secrets:
    """Hemmeligheder of the installation itself."""

    installation: Secret
    also: Secret | None = None

    def installation_key(self) -> bytes:
        """
        Read the installation secret: at least 32 random bytes, as base64 text, in a file only its owner may read.

        Raises SettingsError where it is missing, too short, no base64, or open to others.
        """
        return self._key(self.installation)

    def keys(self) -> tuple[bytes, ...]:
        """
        Read all secrets that may open something, as they are now. Raises as :meth:`installation_key`.

        This one, the one named beside it, and those that lie beside its file while it is exchanged.
        """
        beside = [self.installation.beside(suffix) for suffix in (OLD, NEXT)]
        lying = [one for one in beside if one is not None and one.path is not None and one.path.exists()]
        also = [] if self.also is None else [self.also]
        return tuple(map(self._key, (self.installation, *also, *lying)))

    def _key(self, secret: Secret) -> bytes:
        text = secret.text()
        secret.refuse_readers()
        try:
            key = b64decode("".join(text.split()), validate=True)
        except (binascii.Error, ValueError):
            raise secret.error("it is not base64 text", "den er ikke base64-tekst") from None
        if len(key) < _KEY:
            raise secret.error(
                f"it has {len(key)} bytes; at least {_KEY} are needed",
                f"den er på {len(key)} bytes; der skal være mindst {_KEY}",
            )
        return key


@attrs.frozen
class WorkerSettings:
    """What wakes a worker: ``bell`` is one that a loaded plugin brings."""

    bell: str = "poll"


@attrs.frozen
class RetentionSettings:
    """
    Opbevaring: how many days after a letter is over what it carried is erased; never where None.

    ``converted_days`` is how long it is remembered what a document was made into, ``usage_days`` how long what was used
    is kept event by event: a year and a month, to compare with last year.
    """

    payload_days: int | None = attrs.field(default=None, validator=attrs.validators.optional(attrs.validators.ge(1)))
    converted_days: int = attrs.field(default=30, validator=attrs.validators.ge(1))
    usage_days: int = attrs.field(default=400, validator=attrs.validators.ge(1))

    @property
    def payload(self) -> timedelta | None:
        """Give it as a time."""
        return None if self.payload_days is None else timedelta(days=self.payload_days)

    @property
    def converted(self) -> timedelta:
        """Give it as a time."""
        return timedelta(days=self.converted_days)

    @property
    def usage(self) -> timedelta:
        """Give it as a time."""
        return timedelta(days=self.usage_days)


@attrs.frozen
class ClockSettings:
    """
    Fristur: the days the municipality is closed, a ``margin`` in working days, and how long letters on paper take.

    ``delivery`` stands beside what is known already (:data:`~esdh_connect.legal_clock.DELIVERY`): the latest counts.
    """

    closed: tuple[str, ...] = attrs.field(default=CLOSED, validator=are_days)
    margin: int = attrs.field(default=0, validator=[attrs.validators.ge(0), attrs.validators.le(30)])
    delivery: tuple[DeliveryTime, ...] = ()

    @property
    def clock(self) -> LegalClock:
        """Give the clock."""
        return LegalClock(Workdays(self.closed), (*DELIVERY, *self.delivery), self.margin)


@attrs.frozen
class _Top:
    schema: int
    secrets: Secrets
    sender: Sender
    store: StoreSettings = attrs.field(factory=StoreSettings)
    worker: WorkerSettings = attrs.field(factory=WorkerSettings)
    retention: RetentionSettings = attrs.field(factory=RetentionSettings)
    clock: ClockSettings = attrs.field(factory=ClockSettings)
    mode: Literal["production", "training"] = "production"
    training: Training = attrs.field(factory=Training)
    plugins: dict[str, dict[str, Any]] = attrs.field(factory=dict)
    departments: dict[str, DepartmentSettings] = attrs.field(factory=dict)


@attrs.frozen
class Settings:
    """
    Indstillinger of one installation. Made by :meth:`load`; all paths are absolute.

    ``store`` is the SQLite file or the server, ``plugins`` the raw table of each plugin by its name – see
    :meth:`plugin` – and ``departments`` what the file says of each department, by the host's id.
    """

    path: Path
    secrets: Secrets
    store: Path | StoreServer
    worker: WorkerSettings
    sender: Sender
    retention: RetentionSettings
    clock: LegalClock
    training: Training | None
    plugins: Mapping[str, Mapping[str, Any]] = attrs.field(repr=False)
    departments: Mapping[str, DepartmentSettings] = attrs.field(repr=False)
    _file: SettingsFile = attrs.field(repr=False, eq=False)

    @classmethod
    def load(cls, path: Path | str) -> Self:
        """Read the file. Raises SettingsError with everything that is wrong in it. Reads no secret."""
        file = SettingsFile.read(Path(path).expanduser().absolute())
        _refuse_other_schema(file)
        top = structured(file, (), file.tables, _Top)
        problems = (*top.store.problems(), *broken_references(top.departments, top.plugins))
        if problems:
            raise file.error(*problems)
        return cls(
            path=file.path,
            secrets=top.secrets,
            store=top.store.place(file.path.parent / "outbox.db"),
            worker=top.worker,
            sender=top.sender,
            retention=top.retention,
            clock=top.clock.clock,
            training=top.training if top.mode == "training" else None,
            plugins=top.plugins,
            departments=top.departments,
            file=file,
        )

    def plugin(self, name: str, cls: type[T]) -> T:
        """
        Make the plugin ``name``, an instance of the attrs class ``cls``, from its table ``[plugins.<name>]``.

        The attributes of the class are its keys; one that is :func:`same_as` another key need not be said again. They
        may be str, int, float, bool, Path, Secret, Cvr, Literal, attrs classes, tuples, lists and tables of these, and
        ``… | None``. Raises SettingsError where the table does not fit, PluginError where ``cls`` is no attrs class or
        its annotations cannot be used.
        """
        where = f"{cls.__module__}.{cls.__qualname__}"
        if not _is_attrs(cls):
            raise PluginError(f"{where} is not an attrs class", plugin=name)
        if name not in self.plugins:
            raise self._file.error(Problem(("plugins", name), "is missing", "mangler"))
        try:
            return structured(self._file, ("plugins", name), self._said_elsewhere(cls) | {**self.plugins[name]}, cls)
        except NameError as error:
            told = "what its annotations name must be imported at run time too"
            raise PluginError(f"{where}: {error}: {told}", plugin=name) from error
        except StructureHandlerNotFoundError as error:
            raise PluginError(f"{where}: {error}", plugin=name) from error

    def _said_elsewhere(self, cls: type) -> dict[str, Any]:
        """Give what the table may leave out, because it stands in another."""
        fields = {one.name: one.metadata[_SAME_AS] for one in attrs.fields(cls) if _SAME_AS in one.metadata}
        said = {name: self._file.tables.get(table, {}).get(key) for name, (table, key) in fields.items()}
        return {name: value for name, value in said.items() if value is not None}

    def policies(self, at: datetime = ALWAYS) -> tuple[PolicyChange, ...]:
        """Give what the file says of departments as changes by »settings«, decided and in force ``at`` (aware)."""
        return changes_of(self.departments, self.path.name, at)


def same_as(table: str, key: str) -> Mapping[str, Any]:
    """
    Give the metadata of a plugin's attribute that says the same as a key of the file's own: not to be said twice.

    ``url: str = attrs.field(metadata=same_as("store", "url"))``
    """
    return MappingProxyType({_SAME_AS: (table, key)})


def _is_attrs(cls: type) -> bool:
    return attrs.has(cls)


def _refuse_other_schema(file: SettingsFile) -> None:
    schema = file.tables.get("schema")
    if schema is None:
        problem = Problem(
            ("schema",),
            f"is missing: begin the file with schema = {SCHEMA}",
            f"mangler: filen begynder med schema = {SCHEMA}",
        )
    elif type(schema) is not int or schema != SCHEMA:
        problem = Problem(
            ("schema",),
            f"this version reads schema = {SCHEMA} only",
            f"denne version læser kun schema = {SCHEMA}",
        )
    else:
        return
    raise file.error(problem)
