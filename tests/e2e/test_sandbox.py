"""Tasks in sandboxes, as a user sees them. Skipped aloud where this machine cannot have one."""
import os
import shutil
import subprocess
import unittest
from pathlib import Path
from typing import Dict, List, Sequence

from harness import PROGRAM, ROOT, SennitTest, wait_until

WORKFLOWS = ROOT.parent / "shared" / "workflows" / "osmo"


def why_no_sandbox() -> str:
    """"": there are sandboxes."""
    if shutil.which("bwrap") is None:
        return "bubblewrap is not installed"
    tried = subprocess.run(["bwrap", "--ro-bind", "/", "/", "true"], capture_output=True, text=True, check=False)
    return "" if tried.returncode == 0 else tried.stderr.strip()


@unittest.skipIf(why_no_sandbox(), f"no sandbox here: {why_no_sandbox()}")
class SandboxCase(SennitTest):
    def log(self, task: str, workflow: str = "last") -> str:
        return self.ok("logs", workflow, task).out

    def programs(self, **scripts: str) -> Dict[str, str]:
        """An environment whose PATH begins with these programs."""
        for name, text in scripts.items():
            self.write(f"bin/{name}", text).chmod(0o755)
        return {"PATH": f"{self.work / 'bin'}:{os.environ['PATH']}"}


class SandboxCommand(SandboxCase):
    """The `sennit` command inside a task."""

    def test_it_is_there_and_speaks_of_its_own_workflow(self) -> None:
        path = self.write("flow.yaml", """
            workflow:
              name: flow
              tasks:
              - name: first
                image: alpine:3.18
                command: [sh, -c]
                args: ["echo one; echo two; /osmo/usr/bin/sennit logs -n 1; /osmo/usr/bin/osmo status"]
                files: [{path: /opt/flag, contents: x}]
              - name: other
                image: alpine:3.18
                command: [sh, -c, "/osmo/usr/bin/sennit why; /osmo/usr/bin/sennit status --count 1"]
                files: [{path: /opt/flag, contents: x}]
                inputs: [{task: first}]
            """)
        self.ok("run", path)
        own = self.log("first")
        self.assertRegex(own, r"(?s)^one\ntwo\ntwo\n.*flow-1.*\nfirst [^\n]*RUNNING")
        self.assertIn("flow-1", self.log("other"))

    def test_data_goes_to_and_from_where_the_task_sees_it(self) -> None:
        store = self.work / "store"
        path = self.write("flow.yaml", f"""
            workflow:
              name: flow
              tasks:
              - name: first
                image: alpine:3.18
                command: [sh, -c]
                args:
                - |
                  mkdir /osmo/data/output/part && echo 1 > /osmo/data/output/part/a
                  /osmo/usr/bin/sennit data upload file://{store} /osmo/data/output/part
                  mkdir /tmp/back && /osmo/usr/bin/osmo data download file://{store} /tmp/back && find /tmp/back -type f
                files: [{{path: /opt/flag, contents: x}}]
            """)
        store.mkdir()
        self.ok("run", path)
        self.assertIn("/tmp/back/part/a", self.log("first"))
        self.assertEqual((store / "part/a").read_text(), "1\n")


class SandboxFiles(SandboxCase):
    def test_a_file_written_for_containers_runs_as_written(self) -> None:
        path = self.write("flow.yaml", """
            workflow:
              name: flow
              tasks:
              - name: make
                image: alpine:3.18
                command: [sh]
                args: [/tmp/run.sh]
                files:
                - path: /tmp/run.sh
                  contents: |
                    echo "in {{workflow_id}}" > {{output}}/made
                    cat /opt/app/settings.ini
                - path: /opt/app/settings.ini
                  contents: "a = 1\\n"
              - name: use
                image: alpine:3.18
                command: [sh, -c, 'cat {{input:0}}/made /osmo/data/input/0/made']
                inputs: [{task: make}]
            """)
        result = self.ok("run", path)
        self.assertEqual(result.err.count("images are ignored: "), 1, result)
        workflow = self.last()
        self.assertEqual(self.log("make"), "a = 1\n")
        self.assertEqual(self.log("use"), f"in {workflow}\n" * 2)
        made = Path(self.tasks(workflow)["make"]["output_dir"]) / "made"
        self.assertEqual(made.read_text(encoding="utf-8"), f"in {workflow}\n")
        self.assertFalse(Path("/opt/app").exists())

    def test_a_plain_process_stays_one(self) -> None:
        self.ok("run", self.shell_tasks({"a": "readlink /proc/self/ns/mnt; test ! -e /osmo"}))
        self.assertEqual(self.log("a").strip(), os.readlink("/proc/self/ns/mnt"))

    def test_who_wants_a_sandbox_gets_one(self) -> None:
        path = self.shell_tasks({"a": "test -d /osmo/data/output && echo {{output}}"})
        self.ok("run", path, "--runtime", "sandbox")
        self.assertEqual(self.log("a"), "/osmo/data/output\n")
        self.ok("run", path, "--config", "pools.local.runtime=sandbox")
        self.assertEqual(self.log("a"), "/osmo/data/output\n")
        self.assertEqual(self.sennit("run", path, "--config", "pools.local.runtime=sandbox", "--runtime", "process").code, 2)

    def test_a_process_that_cannot_have_it_is_refused(self) -> None:
        files = self.write("files.yaml", """
            workflow:
              name: files
              tasks:
              - name: a
                image: x
                command: [cat, /tmp/x]
                files: [{path: /tmp/x, contents: y}]
            """)
        result = self.sennit("run", files, "--runtime", "process")
        self.assertNotEqual(result.code, 0)
        self.assertIn("task 'a': files: /tmp/x: a plain process cannot have this; the sandbox can (--runtime sandbox), "
                      "and a container (--runtime container)", result.err)
        named = self.shell_tasks({"b": "cat /osmo/data/input/0/x"})
        result = self.sennit("run", named, "--runtime", "process")
        self.assertIn("task 'b': args with the path /osmo/data: a plain process cannot have this", result.err)
        result = self.sennit("run", named, "--runtime", "container")
        self.assertIn("containers cannot be used on this host: no container engine was found", result.err)

    def test_a_host_without_bubblewrap_says_so(self) -> None:
        path = self.write("bin/sh", "").parent
        for program in ("sh", "true", "echo"):
            (path / program).unlink(missing_ok=True)
            (path / program).symlink_to(str(shutil.which(program)))
        env = {"PATH": str(path)}
        named = self.shell_tasks({"b": "echo /osmo/data"})
        result = self.sennit("run", named, env=env)
        self.assertNotEqual(result.code, 0)
        self.assertIn("task 'b' needs paths or files of its own, and the sandbox cannot be used on this host: "
                      "bubblewrap is not installed", result.err)
        self.ok("run", self.shell_tasks({"b": "echo plain"}), env=env)

    def test_after_a_crash_of_the_server_all_goes_on(self) -> None:
        path = self.shell_tasks({"a": "touch up; while [ ! -e go ]; do sleep 0.05; done; echo done > /osmo/data/output/x"})
        workflow = self.submit(path)
        self.wait_for_file(self.work / "up")
        self.kill(self.wait_for_server())
        self.write("go", "")
        self.assertEqual(self.wait_for_end(workflow), "COMPLETED")

    def test_a_killed_agent_takes_all_of_it_along(self) -> None:
        path = self.shell_tasks({"a": "(setsid sh -c 'trap \"\" TERM; sleep 1234' &) ; touch up; sleep 1235; : /osmo/data"})
        self.submit(path)
        self.wait_for_file(self.work / "up")
        self.kill(self.wait_for_agent())

        def sleepers() -> List[int]:
            return [p.pid for p in self.processes().values() if p.words[-1:] in (["1234"], ["1235"])]

        wait_until(lambda: not sleepers(), "nobody of the task to be left", show=self.process_table)

    def test_cancel_gives_it_time(self) -> None:
        script = "trap 'echo bye; exit 0' TERM; touch up; while :; do sleep 0.05; done; : /osmo/data"
        workflow = self.submit(self.shell_tasks({"a": script}))
        self.wait_for_file(self.work / "up")
        self.ok("cancel", workflow)
        self.wait_for_end(workflow)
        # The shell may say that its own child was terminated as well.
        self.assertEqual(self.log("a", workflow).splitlines()[-1], "bye")


class SandboxGroups(SandboxCase):
    """The workflows of others, as they are."""

    def setUp(self) -> None:
        super().setUp()
        if not WORKFLOWS.is_dir():
            self.skipTest(f"{WORKFLOWS} is not there")

    def test_group_tasks_communication(self) -> None:
        if shutil.which("nc") is None:
            self.skipTest("there is no nc")
        self.run_client_and_server(WORKFLOWS / "group_tasks_communication.yaml", "--runtime", "sandbox")
        self.assertIn("Calling server at server...", self.log("client"))

    def test_torchrun(self) -> None:
        source = WORKFLOWS / "dnn_training-torchrun_multinode-train_template.yaml"
        # Sending outputs is another matter.
        text = "\n".join(line for line in source.read_text(encoding="utf-8").splitlines()
                         if "outputs:" not in line and "- url:" not in line)
        self.write("train.yaml", text)
        self.write("train.py", "import sys\nprint('training', *sys.argv[1:])\n")
        self.write("osmo_barrier.py", """
            import argparse, socket, time
            parser = argparse.ArgumentParser()
            parser.add_argument("--num_nodes", type=int)
            parser.add_argument("--connect")
            parser.add_argument("--rank", type=int)
            options = parser.parse_args()
            if options.rank == 0:
                server = socket.create_server(("", 29399))
                peers = [server.accept()[0] for _ in range(options.num_nodes - 1)]
                for peer in peers:
                    peer.sendall(b"go")
            else:
                address = socket.gethostbyname(options.connect)
                while True:
                    try:
                        peer = socket.create_connection((address, 29399))
                        break
                    except ConnectionRefusedError:
                        time.sleep(0.05)
                assert peer.recv(2) == b"go"
            """)
        # As the real one it ends when all ranks have: with the lead the others would be ended.
        env = self.programs(torchrun="""
            #!/bin/sh
            echo "torchrun $*"
            while [ $# -gt 0 ] && [ "${1%.py}" = "$1" ]; do
              case "$1" in
                --nnodes) nodes=$2 ;;
                --node_rank) rank=$2 ;;
                --master_addr) master=$2; getent hosts "$2" ;;
              esac
              shift
            done
            python3 "$@" && python3 /tmp/osmo_barrier.py --num_nodes "$nodes" --connect "$master" --rank "$rank"
            """)
        self.ok("run", self.work / "train.yaml", "--set", "n_gpus_per_node=1", "--set", "n_nodes=3",
                env={**env, "SENNIT_GPUS": "3"})
        for rank, task in enumerate(["master", "worker_1", "worker_2"]):
            log = self.log(task)
            self.assertIn(f"--node_rank {rank} --master_addr master --master_port 29400 /tmp/train.py", log)
            self.assertRegex(log, r"\n127\.\d+\.\d+\.\d+ +master")
            self.assertIn("training --total_epochs 10 --batch_size 32 --snapshot_path "
                          "/osmo/data/output/models/snapshot.pth", log)


@unittest.skipIf(os.geteuid() != 0, "only root can become somebody else")
class SandboxOfAnother(SandboxCase):
    """As one who is not root, in a user namespace."""

    ID = 65534

    def prepare_home(self) -> None:
        self.base.chmod(0o755)
        for path in (self.base, self.home, self.work):
            os.chown(path, self.ID, self.ID)

    def as_other(self, *words: str, within: Sequence[str] = ()) -> "subprocess.CompletedProcess[str]":
        return subprocess.run([*within, "setpriv", f"--reuid={self.ID}", f"--regid={self.ID}", "--clear-groups", str(PROGRAM),
                               *map(str, words)], env=self.env, cwd=self.work, capture_output=True, text=True, check=False)

    def test_it_works(self) -> None:
        if self.as_other("version").returncode != 0:
            self.skipTest("the program cannot be reached by another user")
        path = self.shell_tasks({"a": "id -u; echo made > {{output}}/x; cat /tmp/x; touch /tmp/y; kill -9 $$"},
                                extra={"a": {"files": [{"path": "/tmp/x", "contents": "file\n"}]}})
        result = self.as_other("run", str(path))
        self.assertEqual(result.returncode, 1, result)
        log = self.as_other("logs", "last", "a")
        self.assertEqual(log.stdout, f"{self.ID}\nfile\n", log.stderr + result.stderr)
        self.assertIn("killed by SIGKILL", self.as_other("status", "last").stdout + result.stderr)

    def test_without_user_namespaces_it_is_said_why(self) -> None:
        if self.as_other("version").returncode != 0:
            self.skipTest("the program cannot be reached by another user")
        # The switch is one of each user namespace: that of this machine stays as it is.
        holder = subprocess.Popen(["unshare", "--user", "sleep", "600"])
        self.addCleanup(holder.wait)
        self.addCleanup(holder.kill)
        own = os.readlink("/proc/self/ns/user")
        wait_until(lambda: os.readlink(f"/proc/{holder.pid}/ns/user") != own, "a user namespace")
        for ids in ("uid_map", "gid_map"):
            Path(f"/proc/{holder.pid}/{ids}").write_text("0 0 65536", encoding="ascii")
        within = ["nsenter", f"--target={holder.pid}", "--user", "--setuid=0", "--setgid=0", "sh", "-c",
                  'echo 0 >/proc/sys/user/max_user_namespaces && exec "$@"', "sh"]
        result = self.as_other("run", str(self.shell_tasks({"a": ": /osmo/data"})), within=within)
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("user namespaces are switched off", result.stderr)


if __name__ == "__main__":
    unittest.main()
