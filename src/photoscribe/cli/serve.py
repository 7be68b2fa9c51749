"""serve: the web app, at an address of this machine."""

import errno
import ipaddress
import os
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from photoscribe.cli.accounts import first_owner
from photoscribe.cli.session import Session, session
from photoscribe.core.errors import UsageError

DEFAULT_PORT = 8400
_TRIED = 50
LOCALHOST = "127.0.0.1"

HOST = Annotated[str, typer.Option(help="Address to listen on; any but this machine's own asks for accounts.")]
PORT = Annotated[
    int | None, typer.Option(min=0, max=65535, help="Port; 0 for any free one. Default: 8400, or the next free one.")
]
NO_OPEN = Annotated[bool, typer.Option("--no-open", help="Do not open the browser.")]
ALLOW_HOST = Annotated[list[str] | None, typer.Option(help="Another name that browsers may call this server by.")]
ALLOW_FOLDER = Annotated[
    list[Path] | None, typer.Option(help="A folder that may be indexed over the network, beside those that are.")
]
UPLOAD_LIMIT = Annotated[int, typer.Option(min=1, help="The most that one upload may have, in MB.")]
HTTPS_PROXY = Annotated[bool, typer.Option("--https-proxy", help="Browsers reach it by https, through a proxy.")]


@dataclass(frozen=True, slots=True)
class Asked:
    """How to serve, as the options say. port: None for 8400 or the next free one."""

    host: str = LOCALHOST
    port: int | None = None
    open_browser: bool = True
    hosts: tuple[str, ...] = ()
    folders: tuple[Path, ...] = ()
    upload_limit_mb: int = 4096
    https_proxy: bool = False


def serve(
    context: typer.Context,
    *,
    host: HOST = LOCALHOST,
    port: PORT = None,
    no_open: NO_OPEN = False,
    allow_host: ALLOW_HOST = None,
    allow_folder: ALLOW_FOLDER = None,
    upload_limit: UPLOAD_LIMIT = 4096,
    https_proxy: HTTPS_PROXY = False,
) -> None:
    """Serve the web app, and open it: browse, name, tag, search and write, by eye and keyboard."""
    folders = tuple(folder.expanduser().absolute() for folder in allow_folder or ())
    asked = Asked(host, port, not no_open, tuple(allow_host or ()), folders, upload_limit, https_proxy)
    run_server(session(context), asked)


def run_server(run: Session, asked: Asked, started: Callable[[], None] | None = None) -> None:
    """Until it is stopped. started: called once it answers."""
    from photoscribe.web.running import run as serve_until_stopped  # noqa: PLC0415 other commands need no server

    for folder in asked.folders:
        if not folder.is_dir():
            raise UsageError(f"no such folder: {folder}. Leave --allow-folder away, or name one that is there")
    is_local = _is_local(asked.host)
    is_open = is_local and not asked.hosts and not asked.https_proxy
    if not is_open and not run.application.accounts.all():
        first_owner(run)
    listening = _listen(asked.host, asked.port)
    port = listening.getsockname()[1]
    address = _address(asked.host, port)
    app = run.application.web(
        asked_hosts(asked),
        folders=asked.folders,
        port=port,
        is_open=is_open,
        is_local=is_local,
        https=asked.https_proxy,
        upload_limit_bytes=asked.upload_limit_mb * 1_000_000,
    )
    _announce(run, address)

    def ready() -> None:
        if asked.open_browser and _has_display():
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
        if started is not None:
            started()

    serve_until_stopped(app, listening, behind_proxy=asked.https_proxy, started=ready)


def asked_hosts(asked: Asked) -> frozenset[str]:
    """The names that a browser may call the server by."""
    names = {"localhost", *(name.lower().rstrip(".") for name in asked.hosts)}
    if _is_local(asked.host):
        return frozenset(names | {"127.0.0.1", "::1", asked.host.lower()})
    own = socket.gethostname().lower()
    return frozenset(names | {asked.host.lower(), own, f"{own.partition('.')[0]}.local"})


def _announce(run: Session, address: str) -> None:
    """The first line on stdout, at once: whoever started us waits for it."""
    if run.output.json_lines:
        run.output.record({"address": address})
    else:
        run.output.text(address)
    run.output.flush()
    run.output.tell("Stop it with Ctrl-C.")


def _listen(host: str, port: int | None) -> socket.socket:
    """A socket that listens. Raises UsageError that says what to do when it cannot be had."""
    ports = [port] if port is not None else range(DEFAULT_PORT, DEFAULT_PORT + _TRIED)
    for one in ports:
        try:
            return _bound(socket.getaddrinfo(host, one, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0])
        except socket.gaierror as error:
            raise UsageError(f"no such address: {host}. Try: --host 0.0.0.0 for every address") from error
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise UsageError(f"cannot listen on {host} port {one}: {error.strerror}. Try another --port") from error
    if port is not None:
        raise UsageError(f"port {port} is in use, perhaps by another photoscribe. Try: --port {port + 1}, or --port 0")
    raise UsageError(f"ports {DEFAULT_PORT} to {DEFAULT_PORT + _TRIED - 1} are all in use. Try: --port 0")


def _bound(found: tuple[Any, ...]) -> socket.socket:
    """Said to be TCP outright: asyncio turns Nagle's delay off for such sockets only, and 44 ms an answer they are."""
    listening = socket.socket(found[0], socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform != "win32":  # there it would let two programs share a port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(found[4])
        listening.listen(1024)
    except BaseException:
        listening.close()
        raise
    return listening


def _address(host: str, port: int) -> str:
    if host in {"0.0.0.0", "::"}:  # noqa: S104 only compared with
        host = socket.gethostname()
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _is_local(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _has_display() -> bool:
    if sys.platform in {"win32", "darwin"}:
        return sys.stdout.isatty()
    return sys.stdout.isatty() and bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
