"""A slow way to a server on this host: a relay that lets through so many bytes a second in each direction."""

import socket
import threading
import time
from typing import List


class SlowLink:
    """Listens on a port of its own from its making to `close()`."""

    def __init__(self, port: int, bytes_a_second: float) -> None:
        self._target = port
        self._rate = bytes_a_second
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: List[socket.socket] = []
        self._lock = threading.Lock()
        self._free_at = time.monotonic()  # when the link has carried all that was put on it
        self.carried = 0
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        self._listener.close()
        with self._lock:
            for each in self._open:
                each.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                if self._listener.fileno() < 0:
                    return
                client.close()  # the server is away
                continue
            with self._lock:
                self._open += [client, server]
            threading.Thread(target=self._carry, args=(client, server), daemon=True).start()
            threading.Thread(target=self._carry, args=(server, client), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        try:
            while True:
                data = source.recv(16384)
                if not data:
                    break
                self._wait_for(len(data))
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            for each in (source, sink):
                try:
                    each.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def _wait_for(self, size: int) -> None:
        with self._lock:
            self.carried += size
            self._free_at = max(self._free_at, time.monotonic()) + size / self._rate
            pause = self._free_at - time.monotonic()
        if pause > 0:
            time.sleep(pause)
