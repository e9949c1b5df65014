"""`make run` and `make test` on a bare machine: only Python is needed.

Makes the virtual environment, installs the pinned packages, and for `serve` prepares the
database, starts web and worker, and ends both on Ctrl-C. Standard library only: it runs before
anything is installed.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = {
    "run": ROOT / "requirements.txt",
    "test": ROOT / "tests" / "requirements.txt",
    "audit": ROOT / "deploy" / "audit-requirements.txt",
}
# For machines where neither ensurepip nor pip is installed (Debian without python3-venv)
PIP = ROOT / "deploy" / "pip-26.3-py3-none-any.whl"
READY_IN = 60


def say(text: str) -> None:
    print(text, flush=True)


def call(*command: object, **words: object) -> None:
    result = subprocess.run([str(part) for part in command], cwd=ROOT, **words)  # type: ignore[call-overload]
    if result.returncode:
        sys.exit(result.returncode)


def make_venv() -> None:
    """A virtual environment with pip exists, also where Debian left ensurepip out."""
    say("Making the virtual environment …")
    whole = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", VENV], capture_output=True, text=True
    )
    if whole.returncode == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    call(sys.executable, "-m", "venv", "--without-pip", VENV)
    # a wheel can run before it is installed
    call(PYTHON, PIP / "pip", "install", "-q", "--no-index", PIP)


def install(which: str) -> None:
    """The environment holds exactly the pinned packages; a second call sees so and returns."""
    lock = LOCKS[which]
    wanted = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
    stamp = VENV / f".{which}"
    if stamp.is_file() and stamp.read_text() == wanted and PYTHON.is_file():
        return
    pip = [PYTHON, "-m", "pip", "--version"]
    if not PYTHON.is_file() or subprocess.run(pip, capture_output=True).returncode:
        make_venv()
    say(f"Installing the packages pinned in {lock.relative_to(ROOT)} …")
    call(
        *(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
        *("--require-hashes", "-r", lock),
    )
    stamp.write_text(wanted)


def keep_secret(environ: dict[str, str]) -> Path:
    """The instance directory exists and holds a secret key, unless the environment gives one."""
    instance = Path(environ.get("INSTANCE_DIR") or ROOT / "instance").resolve()
    kept = instance / "secret-key"
    try:
        instance.mkdir(parents=True, exist_ok=True)
        if not environ.get("SECRET_KEY") and not kept.is_file():
            handle = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(48))
    except OSError as error:
        sys.exit(f"INSTANCE_DIR {instance} cannot be written ({error.strerror}).")
    return instance


def check_port(host: str, port: str) -> None:
    """The address is free; otherwise the reader learns how to choose another."""
    try:
        family, *_rest, address = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (OSError, ValueError, OverflowError) as error:
        sys.exit(f"Cannot listen on {host}:{port} ({error}). Try PORT=8001 make run.")


def wait_ready(url: str, web: subprocess.Popen[bytes]) -> None:
    """The portal answers at `url`."""
    until = time.monotonic() + READY_IN
    while time.monotonic() < until and web.poll() is None:
        try:
            with urllib.request.urlopen(url + "/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    sys.exit("The portal did not start; its messages are above.")


def serve() -> int:
    """Web and worker run until one of them ends or Ctrl-C; returns the exit status."""
    environ = dict(os.environ)
    instance = keep_secret(environ)
    host, port = environ.get("HOST") or "127.0.0.1", environ.get("PORT") or "8000"
    check_port(host, port)
    flask = [str(PYTHON), "-m", "flask", "--app", "wsgi"]
    call(*flask, "prepare")
    gunicorn = [str(PYTHON), "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "--preload"]
    # children of their own session: Ctrl-C reaches only us, and we end them in order
    commands = [[*gunicorn, "wsgi:app"], [*flask, "work"]]
    if environ.get("METRICS_PORT"):
        commands.append([*flask, "metrics"])
    children = [subprocess.Popen(one, cwd=ROOT, start_new_session=True) for one in commands]
    # a closed terminal or a stop from outside ends the portal as Ctrl-C does
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.default_int_handler)
    try:
        shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host
        url = f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"
        wait_ready(url, children[0])
        say(f"\nGóp Ý is at {environ.get('PUBLIC_URL') or url}")
        accounts = instance / "sample-accounts.txt"
        if accounts.is_file():
            say(accounts.read_text())
        say("Ctrl-C ends it.")
        while all(child.poll() is None for child in children):
            time.sleep(0.3)
        say("Web or worker has ended; see its messages above.")
        return 1
    except KeyboardInterrupt:
        say("\nEnding …")
        return 0
    finally:
        end(children)


def end(children: list[subprocess.Popen[bytes]]) -> None:
    """Every child has ended, first asked, then made to."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(timeout=25)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)


def main(arguments: list[str]) -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 - whatever python3 is on this machine runs us
        sys.exit("Python 3.11 or newer is needed.")
    command, *rest = arguments or ["serve"]
    which = {"serve": "run", "code": "run", "audit": "audit"}.get(command, "test")
    install(which)
    if command == "serve":
        return serve()
    if command == "code":
        keep_secret(dict(os.environ))
        rest = ["-m", "flask", "--app", "wsgi", "demo", "code"]
    return subprocess.run([PYTHON, *rest], cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
