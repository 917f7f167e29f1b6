"""A container engine of a test's own: Debian's Podman, which speaks the Docker Engine API, with images made from busybox.
With SENNIT_TEST_ENGINE=docker it is Docker's own (package docker.io; needs root).

Everything of it lies in one folder: images, containers, networks, the socket. It ends with the tests, and so do its
containers. An engine that cannot be had here is said so, and its tests are skipped.
"""

import contextlib
import functools
import io
import os
import shutil
import socket
import subprocess
import tarfile
import tempfile
import time
from pathlib import Path
from typing import Dict, List, Optional, Sequence

BUSYBOX = "/bin/busybox"
IMAGE = "alpine:3.18"
LIMIT = 120.0
IS_DOCKER = os.environ.get("SENNIT_TEST_ENGINE") == "docker"


class Engine:
    """`podman system service` on a Unix socket, or `dockerd`."""

    def __init__(self, insecure: Sequence[int] = ()) -> None:
        """`insecure`: ports of registries on this host that speak plain HTTP."""
        # Short: a Unix socket's path has 108 bytes. Without a runtime that the machine can use there is no engine.
        self.folder = Path(tempfile.mkdtemp(prefix="sn-box-", dir="/tmp"))
        self.socket = self.folder / "engine.sock"
        (self.folder / "tmp").mkdir()
        (self.folder / "storage.conf").write_text(
            f'[storage]\ndriver = "vfs"\ngraphroot = "{self.folder}/root"\nrunroot = "{self.folder}/run"\n',
            encoding="utf-8")
        # No limits of open files of its own: more than ours allow would be refused.
        (self.folder / "containers.conf").write_text(
            '[containers]\ndefault_ulimits = []\n[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\n'
            f'events_logger = "none"\n[network]\nnetwork_config_dir = "{self.folder}/networks"\n', encoding="utf-8")
        (self.folder / "registries.conf").write_text(
            "unqualified-search-registries = []\n"
            + "".join(f'[[registry]]\nlocation = "127.0.0.1:{port}"\ninsecure = true\n' for port in insecure),
            encoding="utf-8")
        self.process: "Optional[subprocess.Popen[bytes]]" = None

    @property
    def env(self) -> Dict[str, str]:
        return {**os.environ, "CONTAINERS_STORAGE_CONF": str(self.folder / "storage.conf"),
                "CONTAINERS_CONF": str(self.folder / "containers.conf"), "TMPDIR": str(self.folder / "tmp"),
                "CONTAINERS_REGISTRIES_CONF": str(self.folder / "registries.conf")}

    def client(self, *words: str, check: bool = True, **options: object) -> str:
        """What `podman` or `docker` says; they take the same words."""
        program = ["docker", "--host", f"unix://{self.socket}"] if IS_DOCKER else ["podman"]
        done = subprocess.run([*program, *words], env=self.env, capture_output=True, check=False, timeout=LIMIT,
                              **options)  # type: ignore[call-overload]
        if check and done.returncode != 0:
            raise AssertionError(f"{program[0]} {' '.join(words)}: {done.stderr.decode(errors='replace')}")
        return str(done.stdout.decode(errors="replace"))

    def _service(self) -> List[str]:
        if IS_DOCKER:
            return ["dockerd", "--data-root", f"{self.folder}/root", "--exec-root", f"{self.folder}/run", "--pidfile",
                    f"{self.folder}/pid", "--storage-driver", "vfs", "--host", f"unix://{self.socket}", "--live-restore"]
        return ["podman", "system", "service", "--time=0", f"unix://{self.socket}"]

    def start(self) -> None:
        with (self.folder / "service.log").open("ab") as log:
            self.process = subprocess.Popen(self._service(), env=self.env, stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=log)
        deadline = time.monotonic() + LIMIT
        while not (self.socket.exists() and self._answers()):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError((self.folder / "service.log").read_text(errors="replace"))
            time.sleep(0.02)

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as probe:
            probe.connect(str(self.socket))
            return True
        return False

    def stop(self) -> None:
        """The service; containers go on, as they do when an engine is upgraded."""
        if self.process is not None:
            # Docker's has a containerd of its own, which would stay.
            self.process.terminate() if IS_DOCKER else self.process.kill()
            self.process.wait()
            self.process = None
        with contextlib.suppress(FileNotFoundError):
            self.socket.unlink()

    def add_image(self, name: str, programs: Sequence[str] = (), changes: Sequence[str] = (),
                  scripts: Optional[Dict[str, str]] = None, size: int = 0) -> None:
        """One with busybox, links to it and scripts, or without programs an empty one; `size`: of what else is in it."""
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w") as tar:
            if programs:
                for folder, mode in (("tmp", 0o1777), ("etc", 0o755), ("bin", 0o755), ("opt", 0o755)):
                    entry = tarfile.TarInfo(folder)
                    entry.type, entry.mode = tarfile.DIRTYPE, mode
                    tar.addfile(entry)
                tar.add(BUSYBOX, "bin/busybox", recursive=False)
            for script, text in (scripts or {}).items():
                data = text.encode()
                entry = tarfile.TarInfo(f"bin/{script}")
                entry.size, entry.mode = len(data), 0o755
                tar.addfile(entry, io.BytesIO(data))
            if size:
                blob = tarfile.TarInfo("opt/blob")
                blob.size = size
                tar.addfile(blob, io.BytesIO(os.urandom(size)))
            for program in programs:
                link = tarfile.TarInfo(f"bin/{program}")
                link.type, link.linkname = tarfile.SYMTYPE, "busybox"
                tar.addfile(link)
        flags = [word for change in changes for word in ("--change", change)]
        self.client("import", *flags, "-", name, input=archive.getvalue())

    def processor_time(self) -> float:
        """Of the service, in seconds."""
        assert self.process is not None
        words = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8").rsplit(") ", 1)[1].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    def containers(self) -> List[str]:
        """Names and states, whoever made them."""
        return self.client("ps", "--all", "--format", "{{.Names}} {{.Status}}").split("\n")[:-1]

    def networks(self) -> List[str]:
        everything = self.client("network", "ls", "--format", "{{.Name}}").split()
        return [name for name in everything if name not in ("podman", "bridge", "host", "none")]

    def remove_all(self) -> None:
        for container in self.containers():
            self.client("rm", "--force", container.split()[0], check=False)

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self.remove_all()
            for network in self.networks():
                self.client("network", "rm", network, check=False)
        self.stop()
        # What it mounted and left.
        with open("/proc/self/mounts", encoding="utf-8") as mounts:
            places = [line.split()[1] for line in mounts if line.split()[1].startswith(f"{self.folder}/")]
        for place in reversed(places):
            subprocess.run(["umount", "-l", place], capture_output=True, check=False)
        shutil.rmtree(self.folder, ignore_errors=True)


def applets() -> List[str]:
    listed = subprocess.run([BUSYBOX, "--list"], capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.split() if name != "busybox"]


@functools.lru_cache(maxsize=1)
def why_no_engine() -> str:
    """"": there is one. Tried by running a container."""
    engine_program = ("dockerd", "docker.io") if IS_DOCKER else ("podman", "podman")
    for program, package in (engine_program, ("runc", "runc"), (BUSYBOX, "busybox-static")):
        if shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin") is None:
            return f"{program} is missing (package {package})"
    engine = Engine()
    try:
        if IS_DOCKER:
            engine.start()
        engine.add_image(IMAGE, applets())
        engine.client("run", "--rm", IMAGE, "true")
    except (AssertionError, subprocess.SubprocessError) as problem:
        return str(problem).strip()
    finally:
        engine.close()
    return ""


def started(insecure: Sequence[int] = ()) -> Engine:
    engine = Engine(insecure)
    engine.start()
    engine.add_image(IMAGE, applets())
    return engine
