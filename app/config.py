"""Settings: one frozen object, read from the environment, wrong values listed all at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from enum import StrEnum
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryFile
from urllib.parse import parse_qs, unquote, urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from app.kit import provider, sealing
from app.kit.provider import Provider

ROOT = Path(__file__).resolve().parent.parent
SECRET_FILE = "secret-key"
IDENTITY_FILE = "identity-keys"
LOG_FILE = "log-key"
MIN_SECRET = 32
DEFAULT_PORTS = {"smtp": 587, "smtps": 465}
THIS_MACHINE = {"127.0.0.1", "::1", "localhost"}


class SettingsError(Exception):
    """Raised with every problem found, one sentence each, so that one restart can mend them all."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Tls(StrEnum):
    """How the way to the mail server is kept from others' eyes."""

    FROM_THE_START = "smtps"
    STARTTLS = "starttls"
    OFF = "off"


class LogFormat(StrEnum):
    """Lines for people, or one JSON object a line for programs."""

    PLAIN = "plain"
    JSON = "json"


class SearchEngine(StrEnum):
    """What keeps the search index: files beside the portal, or the portal's own database."""

    WHOOSH = "whoosh"
    POSTGRESQL = "postgresql"


@dataclass(frozen=True)
class MailServer:
    """The server that takes our letters; `user` is empty where it asks for none."""

    host: str
    port: int
    tls: Tls
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class TranslationServer:
    """A LibreTranslate service of one's own; `key` is empty where it asks for none."""

    url: str
    key: str = field(default="", repr=False)


@dataclass(frozen=True)
class Settings:
    """What the environment decides; units are in the names, paths are absolute."""

    secret_key: str = field(repr=False)
    database_url: str
    instance_dir: Path
    # what seals addresses and secrets of people: the first seals, all open
    identity_keys: tuple[str, ...] = field(repr=False)
    # what the heads of the log are signed with
    log_key: str = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = "http://127.0.0.1:8000"
    search_engine: SearchEngine = SearchEngine.WHOOSH
    site_name: str = ""
    # None: no letter is written, and no page promises one
    mail: MailServer | None = None
    mail_from: str = ""
    upload_bytes: int = 20 * 1024 * 1024
    # where a ClamAV daemon listens, a path or host:port; "" for none
    clamav: str = ""
    # None: no word is ever translated by a machine
    translator: TranslationServer | None = None
    # who vouches for citizens, and who for staff; None for nobody
    oidc_citizens: Provider | None = None
    oidc_staff: Provider | None = None
    log_format: LogFormat = LogFormat.PLAIN
    # where this machine alone can read figures of the portal; 0 for nowhere
    metrics_port: int = 0
    # where people who found a hole write to: an address that begins with mailto: or https:
    security_contact: str = ""
    secure_cookies: bool = False
    # where limits are counted, of several machines together; "" for a file of this one
    redis_url: str = field(default="", repr=False)
    # how many proxies of one's own stand before the portal and name whom they speak for
    trusted_proxies: int = 0
    limits_on: bool = False
    testing: bool = False

    @property
    def search_dir(self) -> Path:
        return self.instance_dir / "search"

    @property
    def files_dir(self) -> Path:
        return self.instance_dir / "files"

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")


def _database_url(raw: str, instance_dir: Path, problems: list[str]) -> str:
    url = raw or f"sqlite:///{instance_dir / 'gopy.sqlite3'}"
    if url.startswith(("postgres://", "postgresql://")):
        # psycopg 3 is the driver we ship; the bare scheme would look for psycopg2
        url = "postgresql+psycopg://" + url.split("://", 1)[1]
    if not url.startswith(("sqlite://", "postgresql+psycopg://")):
        problems.append("DATABASE_URL must start with sqlite:// or postgresql://.")
        return url
    try:
        make_url(url)
    except (ArgumentError, ValueError):
        problems.append("DATABASE_URL cannot be read: is a part missing, or a sign not quoted?")
    return url


def _search_engine(raw: str, database_url: str, problems: list[str]) -> SearchEngine:
    if raw and raw not in set(SearchEngine):
        problems.append(f"SEARCH_ENGINE must be whoosh or postgresql, not {raw!r}.")
        return SearchEngine.WHOOSH
    engine = SearchEngine(raw or SearchEngine.WHOOSH)
    if engine is SearchEngine.POSTGRESQL and database_url.startswith("sqlite"):
        problems.append(
            "SEARCH_ENGINE=postgresql keeps the index in the portal's database: "
            "DATABASE_URL must start with postgresql://, or leave SEARCH_ENGINE out."
        )
    return engine


def _public_url(raw: str, problems: list[str]) -> str:
    try:
        named = bool(urlsplit(raw).hostname)
    except ValueError:
        named = False
    if not (named and raw.startswith(("http://", "https://"))):
        problems.append("PUBLIC_URL must start with http:// or https:// and name a host.")
    return raw.rstrip("/")


def _mail(raw: str, problems: list[str]) -> MailServer | None:
    """The server at smtp://user:password@host:port?tls=starttls|off, or smtps://… ."""
    if not raw:
        return None
    try:
        parts = urlsplit(raw)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    if not host or parts.scheme not in DEFAULT_PORTS:
        problems.append("MAIL_URL must start with smtp:// or smtps:// and name a host.")
        return None
    asked = parse_qs(parts.query, keep_blank_values=True)
    wish = asked.pop("tls", ["starttls"])[-1]
    if asked or wish not in (Tls.STARTTLS, Tls.OFF):
        problems.append("MAIL_URL may end with ?tls=starttls or ?tls=off, and nothing else.")
        return None
    tls = Tls.FROM_THE_START if parts.scheme == "smtps" else Tls(wish)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if user and tls is Tls.OFF and host not in THIS_MACHINE:
        problems.append("MAIL_URL would send the password for all to read: leave out tls=off.")
    return MailServer(host, port or DEFAULT_PORTS[parts.scheme], tls, user, password)


def _mail_from(raw: str, server: MailServer | None, problems: list[str]) -> str:
    if server is None:
        return raw
    try:
        domain = Address(addr_spec=raw).domain
    except (MessageError, ValueError, IndexError):
        domain = ""
    if not (domain and raw.isascii() and raw.isprintable()):
        problems.append(
            "MAIL_FROM must be the address that letters come from, "
            "for example no-reply@example.vn; it is needed with MAIL_URL."
        )
    return raw


def _translator(raw: str, key: str, problems: list[str]) -> TranslationServer | None:
    """The service at http(s)://host:port/path, asked with that key."""
    if not raw:
        if key:
            problems.append("TRANSLATE_KEY says nothing without TRANSLATE_URL.")
        return None
    try:
        parts = urlsplit(raw)
        host, more = parts.hostname or "", parts.query or parts.fragment or parts.username
        right = bool(host) and not more and parts.port != 0 and raw.isascii() and raw.isprintable()
    except ValueError:
        parts, host, right = urlsplit(""), "", False
    if not right or " " in raw or parts.scheme not in ("http", "https"):
        problems.append(
            "TRANSLATE_URL must be the address of a LibreTranslate service: "
            "http:// or https://, a host, and perhaps a port and a path."
        )
        return None
    if key and parts.scheme == "http" and host not in THIS_MACHINE:
        problems.append("TRANSLATE_URL would send the key for all to read: use https://.")
    return TranslationServer(raw.rstrip("/"), key)


def _provider(name: str, raw: str, problems: list[str]) -> Provider | None:
    try:
        return provider.read(raw, THIS_MACHINE) if raw else None
    except ValueError as error:
        problems.append(f"{name} {error}.")
        return None


def _check_directory(directory: Path, problems: list[str]) -> None:
    """A problem is noted unless the directory exists, or can be made, and takes a file."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=directory):
            pass
    except OSError as error:
        problems.append(f"INSTANCE_DIR {directory} cannot be written ({error.strerror}).")


def _port(raw: str, problems: list[str], name: str = "PORT") -> int:
    if raw.isascii() and raw.isdigit() and 0 < int(raw) < 65536:
        return int(raw)
    problems.append(f"{name} must be a number from 1 to 65535, not {raw!r}.")
    return 0


def _redis(raw: str, problems: list[str]) -> str:
    if raw and not raw.startswith(("redis://", "rediss://", "unix://")):
        problems.append("REDIS_URL must start with redis://, rediss:// or unix://.")
    return raw


def _proxies(raw: str, problems: list[str]) -> int:
    if raw.isascii() and raw.isdigit() and int(raw) < 10:
        return int(raw)
    problems.append(f"TRUSTED_PROXIES must be the number of your own proxies, not {raw!r}.")
    return 0


def _limits(raw: str, problems: list[str]) -> bool:
    if raw not in ("on", "off"):
        problems.append(f"LIMITS must be on or off, not {raw!r}.")
    return raw != "off"


def _log_format(raw: str, problems: list[str]) -> LogFormat:
    if raw not in set(LogFormat):
        problems.append(f"LOG_FORMAT must be plain or json, not {raw!r}.")
        return LogFormat.PLAIN
    return LogFormat(raw)


def _security_contact(raw: str, problems: list[str]) -> str:
    if raw and not (raw.startswith(("mailto:", "https:")) and raw.isascii() and raw.isprintable()):
        problems.append("SECURITY_CONTACT must begin with mailto: or https:.")
    return raw


def _clamav(raw: str, problems: list[str]) -> str:
    host, _, port = raw.rpartition(":")
    if raw and not raw.startswith("/") and not (host and port.isdigit()):
        problems.append("CLAMAV_SOCKET must be the path of a socket, or host:port.")
    return raw


def _secret(environ: Mapping[str, str], instance_dir: Path, problems: list[str]) -> str:
    secret = environ.get("SECRET_KEY", "")
    kept = instance_dir / SECRET_FILE
    if not secret and kept.is_file():
        secret = kept.read_text().strip()
    if not secret:
        problems.append(
            f"SECRET_KEY is missing: set it to at least {MIN_SECRET} random characters, "
            f"or run `make run`, which keeps one in {kept}."
        )
    elif len(secret) < MIN_SECRET:
        problems.append(f"SECRET_KEY is too short: at least {MIN_SECRET} characters are needed.")
    return secret


def kept(directory: Path, name: str, make: Callable[[], str]) -> str:
    """What the file of that name holds; made by the first who asks, readable by its owner alone."""
    path = directory / name
    try:
        # whole or not at all: another process may be asking at this very moment
        with NamedTemporaryFile("w", dir=directory) as file:  # made with mode 0600
            file.write(make())
            file.flush()
            with suppress(FileExistsError):
                os.link(file.name, path)
        return path.read_text().strip()
    except OSError:
        return ""  # that the directory cannot be written was told already


def _identity_keys(raw: str, directory: Path, problems: list[str]) -> tuple[str, ...]:
    """The keys of IDENTITY_KEYS, parted by commas, or those kept in the directory."""
    found = raw or kept(directory, IDENTITY_FILE, sealing.new_key)
    keys = tuple(key.strip() for key in found.split(",") if key.strip())
    if not keys or not all(map(sealing.is_key, keys)):
        problems.append(
            "IDENTITY_KEYS must be keys of 32 bytes in URL-safe base64, parted by commas, "
            "the newest first."
        )
        return (sealing.new_key(),)
    return keys


def _log_key(raw: str, directory: Path, problems: list[str]) -> str:
    """The key of LOG_KEY, or the one kept in the directory."""
    found = raw or kept(directory, LOG_FILE, sealing.new_key)
    if sealing.is_key(found):
        return found
    problems.append("LOG_KEY must be one key of 32 bytes in URL-safe base64.")
    return sealing.new_key()


def instance_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """The absolute directory that holds the portal's data."""
    return Path(environ.get("INSTANCE_DIR") or ROOT / "instance").resolve()


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings from `environ`; raises SettingsError naming every value that is missing or wrong."""
    problems: list[str] = []
    directory = instance_dir(environ)
    _check_directory(directory, problems)
    host = environ.get("HOST") or "127.0.0.1"
    port = _port(environ.get("PORT") or "8000", problems)
    shown = f"[{host}]" if ":" in host else host
    public_url = _public_url(environ.get("PUBLIC_URL") or f"http://{shown}:{port}", problems)
    mail = _mail(environ.get("MAIL_URL", ""), problems)
    database_url = _database_url(environ.get("DATABASE_URL", ""), directory, problems)
    settings = Settings(
        secret_key=_secret(environ, directory, problems),
        database_url=database_url,
        instance_dir=directory,
        identity_keys=_identity_keys(environ.get("IDENTITY_KEYS", ""), directory, problems),
        log_key=_log_key(environ.get("LOG_KEY", ""), directory, problems),
        host=host,
        port=port,
        public_url=public_url,
        search_engine=_search_engine(environ.get("SEARCH_ENGINE", ""), database_url, problems),
        site_name=environ.get("SITE_NAME", ""),
        mail=mail,
        mail_from=_mail_from(environ.get("MAIL_FROM", ""), mail, problems),
        clamav=_clamav(environ.get("CLAMAV_SOCKET", ""), problems),
        translator=_translator(
            environ.get("TRANSLATE_URL", ""), environ.get("TRANSLATE_KEY", ""), problems
        ),
        oidc_citizens=_provider("OIDC_CITIZENS", environ.get("OIDC_CITIZENS", ""), problems),
        oidc_staff=_provider("OIDC_STAFF", environ.get("OIDC_STAFF", ""), problems),
        log_format=_log_format(environ.get("LOG_FORMAT") or "plain", problems),
        metrics_port=_port(environ["METRICS_PORT"], problems, "METRICS_PORT")
        if environ.get("METRICS_PORT")
        else 0,
        security_contact=_security_contact(environ.get("SECURITY_CONTACT", ""), problems),
        secure_cookies=public_url.startswith("https://"),
        redis_url=_redis(environ.get("REDIS_URL", ""), problems),
        trusted_proxies=_proxies(environ.get("TRUSTED_PROXIES") or "0", problems),
        limits_on=_limits(environ.get("LIMITS") or "on", problems),
    )
    if problems:
        raise SettingsError(problems)
    return settings
