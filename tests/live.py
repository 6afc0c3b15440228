"""Small things that tests with real servers share."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug.serving import make_server


def free_port() -> int:
    """A port on loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(application: Callable[..., Any], port: int = 0) -> Iterator[str]:
    """Serve a WSGI application on loopback, in threads of this process, and give its address."""
    server = make_server("127.0.0.1", port, application, threaded=True)
    # Requests are waited for at the end: one that closes its connection later would take the next test's warnings.
    server.daemon_threads = False  # type: ignore[attr-defined] # it is a threaded one
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
