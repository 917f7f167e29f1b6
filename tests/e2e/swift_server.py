"""OpenStack Swift on this host: proxy, account, container and object server, with its S3 interface.

Run as a program with a folder that holds the files of `write_configuration` and the name of one, it becomes that server.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Dict, List

# Debian's, which its packages belong to.
PYTHON = "/usr/bin/python3"
SERVERS = ("account", "container", "object", "proxy")
USER, ACCOUNT, KEY = "test:tester", "AUTH_test", "testing-secret-key"

_COMMON = """[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
swift_dir = {folder}
devices = {folder}/devices
mount_check = false
user = {user}
disable_fallocate = true
fallocate_reserve = 0
max_clients = 256
log_level = ERROR
"""

_PROXY = """[pipeline:main]
pipeline = catch_errors proxy-logging cache s3api tempauth slo dlo proxy-logging proxy-server

[app:proxy-server]
use = egg:swift#proxy
allow_account_management = true
account_autocreate = true

[filter:catch_errors]
use = egg:swift#catch_errors

[filter:proxy-logging]
use = egg:swift#proxy_logging

[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:{memcached}

[filter:s3api]
use = egg:swift#s3api
location = us-east-1
dns_compliant_bucket_names = true

[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = {key} .admin

[filter:slo]
use = egg:swift#slo

[filter:dlo]
use = egg:swift#dlo
"""


def missing() -> List[str]:
    """The Debian packages that are not here."""
    found = subprocess.run([PYTHON, "-c", "import swift"], capture_output=True, check=False).returncode == 0
    return ([] if found else ["python3-swift"]) + ([] if shutil.which("memcached") else ["memcached"])


def write_configuration(folder: Path, ports: Dict[str, int], user: str) -> None:
    """`ports` has one for each of SERVERS, and one for "memcached"."""
    (folder / "devices" / "disk").mkdir(parents=True)
    (folder / "swift.conf").write_text(
        "[swift-hash]\nswift_hash_path_suffix = a\nswift_hash_path_prefix = b\n", encoding="utf-8")
    for server in SERVERS:
        text = _COMMON.format(port=ports[server], folder=folder, user=user)
        if server == "proxy":
            text += _PROXY.format(memcached=ports["memcached"], key=KEY)
        else:
            text += f"[pipeline:main]\npipeline = {server}-server\n[app:{server}-server]\nuse = egg:swift#{server}\n"
        (folder / f"{server}.conf").write_text(text, encoding="utf-8")
    (folder / "ports.json").write_text(json.dumps(ports), encoding="utf-8")
    subprocess.run([PYTHON, __file__, str(folder), "rings"], check=True)


def _write_rings(folder: Path, ports: Dict[str, int]) -> None:
    """One copy of everything, on one disk."""
    # Imported late: the test that uses this file must load where there is no Swift.
    from swift.common.ring import RingBuilder  # pylint: disable=import-error,import-outside-toplevel
    for server in ("account", "container", "object"):
        builder = RingBuilder(4, 1, 1)
        builder.add_dev({"id": 0, "region": 1, "zone": 1, "ip": "127.0.0.1", "port": ports[server],
                         "replication_ip": "127.0.0.1", "replication_port": ports[server], "device": "disk",
                         "weight": 1.0, "meta": ""})
        builder.rebalance()
        builder.get_ring().save(str(folder / f"{server}.ring.gz"))


def _serve(folder: Path, server: str) -> int:
    # pylint: disable=import-error,import-outside-toplevel
    from swift.common.utils import set_swift_dir
    from swift.common.wsgi import run_wsgi
    set_swift_dir(str(folder))  # before anything looks for the machine's own /etc/swift
    return run_wsgi(str(folder / f"{server}.conf"), f"{server}-server")


if __name__ == "__main__":
    if sys.argv[2] == "rings":
        _write_rings(Path(sys.argv[1]), json.loads((Path(sys.argv[1]) / "ports.json").read_text(encoding="utf-8")))
    else:
        sys.exit(_serve(Path(sys.argv[1]), sys.argv[2]))
