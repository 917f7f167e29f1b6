"""Ports of running tasks: many bytes, many connections, and everything that goes wrong on the way."""
import hashlib
import os
import re
import signal
import socket
import subprocess
import threading
import time
from typing import List, Tuple

from harness import LIMIT, PROGRAM, wait_until
from test_exec import PlaceCase, free_port

BLOCK = 1 << 20

# What the task serves: the first line of a connection says what is to be done with it. Datagrams are sent back.
SERVER = r"""
import hashlib, socket, socketserver, sys, threading, time
def block(number):
    return (b"%016d" % number) * 65536
class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        words = self.rfile.readline().split()
        if words[0] == b"hash":
            digest, size = hashlib.sha256(), 0
            while piece := self.rfile.read1(1 << 16):
                digest.update(piece)
                size += len(piece)
            self.wfile.write(b"%d %s" % (size, digest.hexdigest().encode()))
        if words[0] == b"send":
            for number in range(int(words[1])): self.wfile.write(block(number))
        if words[0] == b"echo":
            while piece := self.rfile.read1(1 << 16): self.wfile.write(piece)
        if words[0] == b"reset":
            self.wfile.write(b"part")
            self.wfile.flush()
            time.sleep(0.2)
            self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            self.request.close()
        if words[0] == b"told":
            try: told = "end" if self.rfile.read1(1) == b"" else "more"
            except OSError as error: told = type(error).__name__
            print("told", told, flush=True)
class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 300
    def handle_error(self, request, address): pass
class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        self.request[1].sendto(self.request[0], self.client_address)
servers = [Server(("127.0.0.1", int(port)), Handler) for port in sys.argv[1:]]
servers.append(socketserver.UDPServer(("127.0.0.1", int(sys.argv[1])), Echo))
servers[-1].max_packet_size = 65536
for server in servers: threading.Thread(target=server.serve_forever).start()
print("up", flush=True)
"""


def block(number: int) -> bytes:
    return (b"%016d" % number) * 65536


def adjacent_ports(count: int) -> int:
    """The first of so many that nobody has."""
    while True:
        first = free_port()
        sockets = [socket.socket() for _ in range(count)]
        try:
            for at, one in enumerate(sockets):
                one.bind(("127.0.0.1", first + at))
            return first
        except (OSError, OverflowError):
            continue
        finally:
            for one in sockets:
                one.close()


class ForwardCase(PlaceCase):
    """A task that serves ports."""

    def serve(self, *ports: int) -> str:
        (self.work / "server.py").write_text(SERVER)
        return self.begin(f"exec python3 {self.work}/server.py {' '.join(map(str, ports))}")

    def forward(self, *words: str, ports: int = 1) -> "Tuple[subprocess.Popen[str], List[int]]":
        process = self.start("port-forward", "last", "a", "--host", "127.0.0.1", *words)
        assert process.stderr is not None
        found = []
        for _ in range(ports):
            line = process.stderr.readline()
            match = re.match(r".*127\.0\.0\.1:(\d+) leads to port", line)
            if not match:
                self.fail(f"{line!r} and then: {self.finish(process)}")
            found.append(int(match.group(1)))
        return process, found

    @staticmethod
    def connect(port: int, first: str = "") -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", port), timeout=LIMIT)
        if first:
            connection.sendall(first.encode() + b"\n")
        return connection

    @staticmethod
    def read_all(connection: socket.socket) -> bytes:
        return b"".join(iter(lambda: connection.recv(1 << 16), b""))

    def download(self, port: int, blocks: int) -> None:
        with self.connect(port, f"send {blocks}") as connection:
            reader = connection.makefile("rb")
            for number in range(blocks):
                if reader.read(BLOCK) != block(number):
                    self.fail(f"block {number} is not what was sent")
            self.assertEqual(reader.read(), b"")

    def upload(self, port: int, blocks: int) -> None:
        digest = hashlib.sha256()
        with self.connect(port, "hash") as connection:
            for number in range(blocks):
                connection.sendall(block(number))
                digest.update(block(number))
            connection.shutdown(socket.SHUT_WR)  # the answer comes over the other half
            self.assertEqual(self.read_all(connection).decode(), f"{blocks * BLOCK} {digest.hexdigest()}")


class PortForward(ForwardCase):
    """Connections and datagrams."""

    def test_two_hundred_megabytes_arrive_intact(self) -> None:
        remote = free_port()
        self.serve(remote)
        _, (port,) = self.forward("--port", f"0:{remote}")
        self.upload(port, 50)
        self.download(port, 200)

    def test_a_hundred_connections_at_once(self) -> None:
        remote = free_port()
        self.serve(remote)
        _, (port,) = self.forward("--port", f"0:{remote}")
        connections = [self.connect(port, "echo") for _ in range(100)]
        answers: List[bytes] = [b""] * 100
        together = threading.Barrier(100)

        def talk(at: int) -> None:
            data = f"{at} ".encode() * 30_000
            together.wait()
            sender = threading.Thread(target=lambda: (connections[at].sendall(data), connections[at].shutdown(socket.SHUT_WR)))
            sender.start()
            answers[at] = self.read_all(connections[at])
            sender.join()

        threads = [threading.Thread(target=talk, args=(at,)) for at in range(100)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for at, connection in enumerate(connections):
            connection.close()
            self.assertEqual(answers[at], f"{at} ".encode() * 30_000)

    def test_datagrams_stay_apart_and_go_back_to_their_senders(self) -> None:
        remote = free_port()
        self.serve(remote)
        _, (port,) = self.forward("--udp", "--port", f"0:{remote}")
        senders = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(3)]
        for at, sender in enumerate(senders):
            sender.settimeout(LIMIT)
            sender.connect(("127.0.0.1", port))
            for datagram in (f"sender {at}".encode(), b"", b"x" * 60_000, b"last"):
                sender.send(datagram)
                self.assertEqual(sender.recv(65536), datagram)
            sender.close()

    def test_ranges_and_lists(self) -> None:
        remote, local, other = adjacent_ports(3), adjacent_ports(3), free_port()
        self.serve(remote, remote + 1, remote + 2, other)
        _, ports = self.forward("--port", f"{local}-{local + 2}:{remote}-{remote + 2},0:{other}", ports=4)
        self.assertEqual(ports[:3], [local, local + 1, local + 2])
        for port in ports:
            with self.connect(port, "echo") as connection:
                connection.sendall(b"hi")
                self.assertEqual(connection.recv(2), b"hi")

    def test_over_standard_input_and_output(self) -> None:
        remote = free_port()
        self.serve(remote)
        words = [str(PROGRAM), "port-forward", "last", "a", "--stdio", "--port", str(remote)]
        data = os.urandom(BLOCK) * 4
        done = subprocess.run(words, input=b"echo\n" + data, env=self.env, cwd=self.work, capture_output=True,
                              timeout=2 * LIMIT, check=False)
        self.assertEqual((done.returncode, done.stdout == data), (0, True), done.stderr)
        words[-1] = str(free_port())
        done = subprocess.run(words, input=b"", env=self.env, cwd=self.work, capture_output=True, timeout=2 * LIMIT, check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertRegex(done.stderr.decode(), rf"127\.0\.0\.1:{words[-1]}.*refused")

    def test_what_is_wrong_is_said_at_once(self) -> None:
        self.begin()
        taken = socket.socket()
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        self.addCleanup(taken.close)
        number = taken.getsockname()[1]
        for words, says in (((), "--port is missing"), (("--port", "http"), "'http' is no port"), (("--port", "9-8"), "a range goes"),
                            (("--port", "1-2:3"), "both ranges"), (("--port", "80:0"), "0 is no port"),
                            (("--port", "70000"), "up to 65535"), (("--port", "1-3", "--stdio"), "takes one port"),
                            (("--port", "53", "--udp", "--stdio"), "takes one port"),
                            (("--port", f"{number}:80", "--host", "127.0.0.1"), f"local port {number} is in use"),
                            (("--port", "0:80", "--host", "no.such.host.invalid"), "no.such.host.invalid")):
            result = self.sennit("port-forward", "last", "a", *words)
            self.assertNotEqual(result.code, 0, words)
            self.assertIn(says, result.err)
        for task, says in (("b", "b"),):
            result = self.sennit("port-forward", "last", task, "--port", "0:80")
            self.assertNotEqual(result.code, 0)
            self.assertIn(says, result.err)


class PortForwardFaults(ForwardCase):
    """What goes wrong on one side is told on the other, and harms nobody else."""

    def assert_reset(self, connection: socket.socket) -> None:
        with self.assertRaises(ConnectionResetError):
            while connection.recv(65536):
                pass

    def test_a_port_nobody_listens_on(self) -> None:
        self.begin()
        remote = free_port()
        process, (port,) = self.forward("--port", f"0:{remote}")
        with self.connect(port) as connection:
            self.assert_reset(connection)
        assert process.stderr is not None
        self.assertRegex(process.stderr.readline(), rf"127\.0\.0\.1:{remote}.*refused")
        # It goes on: somebody may listen later.
        later = self.start("exec", "last", "a", "--", "python3", "-c", f"""
import socket
server = socket.create_server(("127.0.0.1", {remote}))
print("up", flush=True)
server.accept()[0].sendall(b"here")
""")
        assert later.stdout is not None
        self.assertEqual(later.stdout.readline(), "up\n")
        with self.connect(port) as connection:
            self.assertEqual(self.read_all(connection), b"here")

    def test_a_reset_is_handed_on_both_ways(self) -> None:
        remote = free_port()
        workflow = self.serve(remote)
        _, (port,) = self.forward("--port", f"0:{remote}")
        with self.connect(port, "reset") as connection:
            self.assert_reset(connection)
        with self.connect(port, "told") as connection:
            time.sleep(0.2)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        wait_until(lambda: "told" in self.sennit("logs", workflow, "a").out, "the task hears of it")
        self.assertIn("told ConnectionResetError", self.sennit("logs", workflow, "a").out)

    def test_a_server_that_is_killed(self) -> None:
        remote = free_port()
        self.serve(remote)
        _, (port,) = self.forward("--port", f"0:{remote}")
        connection = self.connect(port, "echo")
        connection.sendall(b"one")
        self.assertEqual(connection.recv(3), b"one")
        os.kill(self.wait_for_server(), signal.SIGKILL)
        self.assert_reset(connection)
        connection.close()

        def again() -> bool:
            try:
                with self.connect(port, "echo") as another:
                    another.sendall(b"two")
                    return another.recv(3) == b"two"
            except OSError:
                return False
        wait_until(again, "the next connection works")

    def test_one_that_is_stopped_harms_no_other(self) -> None:
        remote = free_port()
        self.serve(remote)
        stopped, (port,) = self.forward("--port", f"0:{remote}")
        other, (free,) = self.forward("--port", f"0:{remote}")
        with self.connect(port, "send 100"):
            stopped.send_signal(signal.SIGSTOP)
            try:
                self.download(free, 20)
                self.assertEqual(self.sh("echo well").stdout, b"well\n")
            finally:
                stopped.send_signal(signal.SIGCONT)
        self.download(port, 5)
        self.assertIsNone(other.poll())

    def test_a_reader_that_waits_holds_only_its_own_connection(self) -> None:
        remote = free_port()
        self.serve(remote)
        _, (port,) = self.forward("--port", f"0:{remote}")
        with self.connect(port, "send 100") as slow:
            self.download(port, 20)
            reader = slow.makefile("rb")
            for number in range(100):
                self.assertTrue(reader.read(BLOCK) == block(number), number)

    def test_it_ends_with_the_workflow(self) -> None:
        remote = free_port()
        workflow = self.serve(remote)
        process, (port,) = self.forward("--port", f"0:{remote}")
        connection = self.connect(port, "echo")
        connection.sendall(b"one")
        self.assertEqual(connection.recv(3), b"one")
        self.ok("cancel", workflow, "--force")
        self.assert_reset(connection)
        connection.close()
        self.wait_for_end(workflow)
        with self.assertRaises(ConnectionResetError), self.connect(port) as another:
            another.recv(1)
        result = self.finish(process)
        self.assertNotEqual(result.code, 0)
        self.assertIn("has ended", result.err)


class PortForwardLong(ForwardCase):  # ctest: long
    """What takes its time."""

    def test_a_gigabyte_arrives_intact(self) -> None:
        remote = free_port()
        self.serve(remote)
        _, (port,) = self.forward("--port", f"0:{remote}")
        self.download(port, 1024)
        self.upload(port, 1024)
