"""Everything that runs: two databases, Redis, two web services, two workers, the proxy."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from deploy.exercise.machines import Part, answering, free_port, listening, program

ROOT = Path(__file__).resolve().parent.parent.parent
CONFIG = ROOT / "deploy" / "gunicorn.conf.py"
POSTGRES = ("usr/lib/postgresql/*/bin", "usr/local/pgsql/bin")
SMALL = ("-c", "shared_buffers=64MB", "-c", "max_connections=60", "-c", "fsync=on")


class House:
    """The parts by name, in one directory; `build` makes what they need before they start."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.ports = {
            name: free_port()
            for name in ("primary", "replica", "redis", "web-1", "web-2", "https", "http")
        }
        self.user = "postgres" if os.geteuid() == 0 else ""
        self.environ = self._environ()
        self.parts = {part.name: part for part in self._parts()}

    def _environ(self) -> dict[str, str]:
        first, second = self.ports["primary"], self.ports["replica"]
        # whichever of the two takes writes: nobody need change a setting when one is lost
        hosts = f"host=127.0.0.1:{first}&host=127.0.0.1:{second}"
        return {
            **os.environ,
            "INSTANCE_DIR": str(self.directory / "instance"),
            "SECRET_KEY": secrets.token_urlsafe(48),
            "PUBLIC_URL": f"https://localhost:{self.ports['https']}",
            "DATABASE_URL": f"postgresql://gopy@/gopy?{hosts}&target_session_attrs=read-write"
            "&connect_timeout=2",
            "SEARCH_ENGINE": "postgresql",
            "REDIS_URL": f"redis://127.0.0.1:{self.ports['redis']}/0",
            "TRUSTED_PROXIES": "1",
            "WEB_CONCURRENCY": "1",
            # all come from one address, and faster than people
            "LIMITS": "off",
        }

    def _parts(self) -> list[Part]:
        return [
            self._postgres("primary"),
            self._postgres("replica"),
            self._redis(),
            self._web("web-1"),
            self._web("web-2"),
            self._worker("worker"),
            self._worker("standby"),
            self._nginx(),
        ]

    def _postgres(self, name: str) -> Part:
        port = self.ports[name]
        command = [program("postgres", *POSTGRES), "-D", str(self.directory / name)]
        command += ["-p", str(port), "-h", "127.0.0.1", "-k", str(self.directory), *SMALL]
        return Part(
            name,
            command,
            self.directory,
            ready=lambda: self._answers(port),
            user=self.user,
            stop_signal=signal.SIGINT,
        )

    def _answers(self, port: int) -> bool:
        asked = [program("pg_isready", *POSTGRES), "-q", "-h", "127.0.0.1", "-p", str(port)]
        return subprocess.run(asked).returncode == 0

    def _redis(self) -> Part:
        port = self.ports["redis"]
        command = [program("redis-server"), "--port", str(port), "--bind", "127.0.0.1"]
        command += ["--save", "", "--appendonly", "no"]
        return Part("redis", command, self.directory, ready=listening(port))

    def _web(self, name: str) -> Part:
        port = self.ports[name]
        command = [sys.executable, "-m", "gunicorn", "--config", str(CONFIG)]
        command += ["--chdir", str(ROOT), "--bind", f"127.0.0.1:{port}", "wsgi:app"]
        return Part(name, command, self.directory, answering(port), self._of_ours())

    def _worker(self, name: str) -> Part:
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "work", "--stand-by"]
        return Part(name, command, self.directory, environ=self._of_ours())

    def _of_ours(self) -> dict[str, str]:
        return {**self.environ, "PYTHONPATH": str(ROOT)}

    def _nginx(self) -> Part:
        command = [program("nginx", "usr/sbin"), "-e", str(self.directory / "nginx-error.log")]
        command += ["-c", str(self.directory / "nginx.conf"), "-p", str(self.directory)]
        return Part("nginx", command, self.directory, ready=listening(self.ports["https"]))

    def build(self) -> None:
        """Database, replica, certificate and proxy's configuration are there; all parts run."""
        directory = self.directory
        directory.chmod(0o755)
        if self.user:
            shutil.chown(directory, self.user, self.user)
        self._postgres_runs()
        for name in ("redis",):
            self.parts[name].start()
        self._call([sys.executable, "-m", "flask", "--app", "wsgi", "prepare"], ROOT)
        self._certificate()
        (directory / "nginx.conf").write_text(self._proxy())
        for name in ("web-1", "web-2", "worker", "standby", "nginx"):
            self.parts[name].start()

    def _postgres_runs(self) -> None:
        primary, replica = self.directory / "primary", self.directory / "replica"
        made = [program("initdb", *POSTGRES), "-D", str(primary), "-U", "gopy", "--auth=trust"]
        self._call([*made, "-E", "UTF8", "--locale=C.UTF-8"], as_postgres=True)
        self.parts["primary"].start()
        at = ["-h", "127.0.0.1", "-p", str(self.ports["primary"]), "-U", "gopy"]
        self._call([program("createdb", *POSTGRES), *at, "gopy"])
        copy = [program("pg_basebackup", *POSTGRES), *at, "-D", str(replica)]
        self._call([*copy, "-R", "-X", "stream", "-C", "-S", "replica"], as_postgres=True)
        self.parts["replica"].start()
        # a receipt then means two machines; only the primary has this setting
        for words in (
            "ALTER SYSTEM SET synchronous_standby_names = '*'",
            "SELECT pg_reload_conf()",
        ):
            self._call([program("psql", *POSTGRES), *at, "-d", "gopy", "-c", words])

    def promote(self) -> None:
        """The replica takes writes from now on."""
        command = [program("pg_ctl", *POSTGRES), "promote", "-w", "-D"]
        self._call([*command, str(self.directory / "replica")], as_postgres=True)

    def _certificate(self) -> None:
        key, certificate = self.directory / "privkey.pem", self.directory / "fullchain.pem"
        command = [program("openssl"), "req", "-x509", "-newkey", "ec", "-nodes", "-days", "2"]
        command += ["-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", "/CN=localhost"]
        command += ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key)]
        self._call([*command, "-out", str(certificate)])

    @property
    def certificate(self) -> Path:
        return self.directory / "fullchain.pem"

    def _proxy(self) -> str:
        """The configuration that is shipped, with other ports and directories, and nothing else."""
        shipped = (ROOT / "deploy" / "nginx" / "gopy.conf").read_text(encoding="utf-8")
        shipped = re.sub(r"\n *listen \[::\][^;]*;", "", shipped)
        here = str(self.directory)
        for old, new in (
            ("127.0.0.1:8000", f"127.0.0.1:{self.ports['web-1']}"),
            ("127.0.0.1:8001", f"127.0.0.1:{self.ports['web-2']}"),
            ("listen 443 ssl", f"listen 127.0.0.1:{self.ports['https']} ssl"),
            ("listen 80;", f"listen 127.0.0.1:{self.ports['http']};"),
            ("server_name gopy.example.vn", "server_name localhost"),
            ("/etc/gopy/tls", here),
            ("/var/cache/nginx/gopy", f"{here}/kept"),
            ("/var/log/nginx", here),
        ):
            if old not in shipped:
                raise RuntimeError(f"the shipped configuration has no {old!r}")
            shipped = shipped.replace(old, new)
        temporary = "".join(
            f"{kind}_temp_path {here}/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        owner = "user root;\n" if os.geteuid() == 0 else ""
        return (
            f"{owner}daemon off;\nworker_processes 1;\npid {here}/nginx.pid;\n"
            f"events {{ worker_connections 1024; }}\nhttp {{\n{temporary}{shipped}}}\n"
        )

    def _call(self, command: list[str], cwd: Path | None = None, as_postgres: bool = False) -> None:
        if as_postgres and self.user:
            words = [f"--reuid={self.user}", f"--regid={self.user}", "--clear-groups"]
            command = ["setpriv", *words, *command]
        done = subprocess.run(
            command, cwd=cwd or self.directory, env=self.environ, capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"{command[:4]} failed:\n{done.stdout[-500:]}{done.stderr[-1500:]}")

    def clear(self) -> None:
        """Nothing runs any more."""
        for name in ("nginx", "web-1", "web-2", "worker", "standby", "redis", "replica", "primary"):
            self.parts[name].stop()
