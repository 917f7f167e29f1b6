"""Tasks in containers, as a user sees them: by a real Podman. Skipped aloud where this machine cannot have one."""
import os
import shutil
import signal
import time
import unittest
from pathlib import Path
from typing import Any, Dict, List

import container_engine
import image_registry
from container_engine import IMAGE, why_no_engine
from harness import LIMIT, ROOT, SennitTest, all_processes, wait_until
from image_registry import Registry, why_no_registry
from slow_link import SlowLink

WORKFLOWS = ROOT.parent / "shared" / "workflows" / "osmo"


@unittest.skipIf(why_no_engine(), f"no container engine here: {why_no_engine()}")
class ContainerCase(SennitTest):
    """One engine for all tests of a class; each has a home of its own, and must leave nothing in the engine."""

    engine: container_engine.Engine

    @classmethod
    def setUpClass(cls) -> None:
        cls.engine = container_engine.started()
        cls.addClassCleanup(cls.engine.close)

    def setUp(self) -> None:
        super().setUp()
        self.env["DOCKER_HOST"] = f"unix://{self.engine.socket}"

    def tearDown(self) -> None:
        super().tearDown()
        try:
            self.wait_for_nothing_left()
            self.assertEqual(self.orders(), [], "what attempts were told")
        finally:
            self.kill_everything()
            for order in self.orders():
                shutil.rmtree(order.parent.parent, ignore_errors=True)
            self.engine.remove_all()

    def orders(self) -> List[Path]:
        """What attempts that are not over were told, values of credentials among it."""
        instance = self.state / "instance"
        name = instance.read_text(encoding="utf-8").strip() if instance.exists() else "none"
        return sorted(Path("/dev/shm").glob(f"sennit-*-{name}.containers/*/order"))

    def wait_for_nothing_left(self) -> None:
        wait_until(lambda: not self.engine.containers() and not self.engine.networks(), "nothing left in the engine",
                   show=lambda: (self.engine.containers(), self.engine.networks()))

    def log(self, task: str, workflow: str = "last") -> str:
        """What the task itself wrote."""
        out = self.ok("logs", workflow, task).out
        return "".join(line for line in out.splitlines(keepends=True) if not line.startswith("[sennit] "))

    def box(self, script: str, **extra: Any) -> Path:
        """A file with one task."""
        return self.shell_tasks({"a": script}, extra={"a": {"image": IMAGE, **extra}})

    def boxes(self, tasks: Dict[str, str], **options: Any) -> Path:
        extra = {name: {"image": IMAGE, **options.get("extra", {}).get(name, {})} for name in tasks}
        return self.shell_tasks(tasks, after=options.get("after"), extra=extra)

    def ctrls(self) -> List[int]:
        return [pid for pid, process in self.processes().items() if process.words[:1] and
                process.words[0].endswith("sennit-ctrl")]

    def wait_for_ctrl(self) -> int:
        return int(wait_until(self.ctrls, "a ctrl", show=self.process_table)[0])

    def wait_for_log(self, workflow: str, task: str, text: str) -> None:
        wait_until(lambda: text in self.log(task, workflow), f"{text!r} in the log of {task}",
                   show=lambda: self.ok("logs", workflow, task).out[-2000:])


class ContainerTasks(ContainerCase):
    """What a task finds in its container."""

    def test_auto_takes_the_engine(self) -> None:
        result = self.ok("run", self.box("hostname; test ! -e /usr/include && echo boxed"))
        self.assertNotIn("images are ignored", result.err)
        self.assertEqual(self.log("a").split()[-1], "boxed")

    def test_exit_codes_come_through(self) -> None:
        for script, code in (("exit 7", 7), ("kill -9 $$", 137), ("kill -15 $$", 143)):
            result = self.sennit("run", self.box(script))
            self.assertEqual(result.code, 1, result)
            self.assertEqual(self.tasks("last")["a"]["exit_code"], code, script)

    def test_a_missing_program_is_said(self) -> None:
        path = self.write("flow.yaml", f"""
            workflow:
              name: flow
              tasks:
              - {{name: a, image: "{IMAGE}", command: [nosuchthing]}}
            """)
        result = self.sennit("run", path)
        self.assertEqual(result.code, 1, result)
        task = self.tasks("last")["a"]
        self.assertEqual(task["exit_code"], 2031, task)
        self.assertIn("no such program: nosuchthing", task["failure_message"])

    def test_the_environment_is_the_images_and_the_tasks(self) -> None:
        self.env["OF_THE_SUBMITTER"] = "1"
        self.engine.add_image("withenv:1", container_engine.applets(), ["ENV OF_THE_IMAGE=yes", "ENV PATH=/bin:/opt/x"])
        self.ok("run", self.box("env", image="withenv:1", environment={"MINE": "a b", "OF_THE_IMAGE": "changed"}))
        env = dict(line.split("=", 1) for line in self.log("a").splitlines())
        self.assertEqual(env["MINE"], "a b")
        self.assertEqual(env["OF_THE_IMAGE"], "changed")
        self.assertEqual(env["PATH"], "/bin:/opt/x:/osmo/usr/bin")
        self.assertNotIn("OF_THE_SUBMITTER", env)
        self.assertNotIn("SENNIT_HOME", env)
        self.assertEqual(env["SENNIT_TASK"], "a")

    def test_files_inputs_outputs_and_tokens(self) -> None:
        path = self.write("flow.yaml", f"""
            workflow:
              name: flow
              tasks:
              - name: make
                image: {IMAGE}
                command: [/opt/app/run.sh]
                files:
                - path: /opt/app/run.sh
                  contents: |
                    #!/bin/sh
                    echo "in {{{{workflow_id}}}}" > {{{{output}}}}/made
                    cat {{{{output}}}}/given
                - path: /osmo/data/output/given
                  contents: "given\\n"
              - name: use
                image: {IMAGE}
                command: [sh, -c, 'cat {{{{input:0}}}}/made /osmo/data/input/0/given; touch /osmo/data/input/0/x || echo ro; ls /osmo/data/input']
                inputs: [{{task: make}}]
            """)
        self.ok("run", path)
        workflow = self.last()
        self.assertEqual(self.log("make"), "given\n")
        self.assertEqual(self.log("use").splitlines()[0:2], [f"in {workflow}", "given"])
        self.assertIn("ro\n0\n", self.log("use"))
        made = Path(self.tasks(workflow)["make"]["output_dir"]) / "made"
        self.assertEqual(made.read_text(encoding="utf-8"), f"in {workflow}\n")

    def test_credentials_are_seen_by_the_task_alone(self) -> None:
        secret = "very-secret-value-1234"
        self.ok("credential", "set", "mine", "--type", "GENERIC", "--payload", "key=" + secret)
        wait = "echo is $KEY; while [ ! -e {{output}}/go ]; do sleep 0.1; done"
        path = self.write("flow.yaml", f"""
            workflow:
              name: flow
              tasks:
              - name: a
                image: {IMAGE}
                command: [sh, -c, "{wait}"]
                credentials: {{mine: {{KEY: key}}}}
              - name: b
                image: {IMAGE}
                command: [sh, -c, 'cat /secrets/key; stat -c %a /secrets/key']
                credentials: {{mine: /secrets}}
            """)
        workflow = self.submit(path)
        self.wait_for_log(workflow, "a", "is [MASKED]")
        for name in (line.split()[0] for line in self.engine.containers()):
            self.assertNotIn(secret, self.engine.client("inspect", name, check=False))  # one may just have ended
        out = Path(self.tasks(workflow)["a"]["output_dir"])
        (out / "go").touch()
        self.assertEqual(self.wait_for_end(workflow), "COMPLETED")
        self.assertEqual(self.log("b", workflow), "[MASKED]400\n")
        kept = [path for path in self.state.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]
        self.assertEqual(kept, [])

    def test_memory_is_held_to_its_limit(self) -> None:
        path = self.write("flow.yaml", f"""
            workflow:
              name: flow
              resources: {{default: {{cpu: 1, memory: 64Mi}}}}
              tasks:
              - {{name: a, image: "{IMAGE}", command: [sh, -c, "x=aaaaaaaaaaaaaaaa; while true; do x=$x$x; done"]}}
            """)
        self.assertEqual(self.sennit("run", path).code, 1)
        task = self.tasks("last")["a"]
        self.assertEqual((task["status"], task["exit_code"]), ("FAILED_EVICTED", 3004), task)
        self.assertIn("limit 64 MiB", task["failure_message"])

    def test_an_empty_image_and_another_user_will_do(self) -> None:
        self.engine.add_image("nobody:1", container_engine.applets(), ["USER 1234:1234"])
        self.ok("run", self.box("id -u; echo x > {{output}}/x; mkdir {{output}}/d; echo y > {{output}}/d/y", image="nobody:1"))
        self.assertEqual(self.log("a"), "1234\n")
        self.engine.add_image("empty:1")
        path = self.write("empty.yaml", """
            workflow:
              name: empty
              tasks:
              - {name: a, image: "empty:1", command: [sennit, status]}
            """)
        self.ok("run", path)
        self.assertIn("initialize", self.log("a"))

    def test_limits_of_processes_hold_a_fork_bomb(self) -> None:
        (self.home / "config.yaml").write_text("server: {max_processes: 64}\n", encoding="utf-8")
        workflow = self.submit(self.box("f() { f | f & }; f; sleep 1; echo over"))
        self.wait_for_end(workflow)

    def test_a_reader_may_hold_it_back(self) -> None:
        # Slowly: it is held back once the server has seen that its reader stands still, and not before.
        workflow = self.submit(self.box("echo first; until [ -e /tmp/go ]; do sleep 0.1; done; "
                                        "for i in $(seq 100); do yes 0123456789 | head -c 990000; sleep 0.05; done"))
        self.wait_for_status(workflow, "RUNNING")
        follower = self.start("logs", "-f", "--block", workflow, "a")
        self.assertEqual(follower.stdout.readline(), "first\n")  # it follows now
        follower.send_signal(signal.SIGSTOP)
        self.ok("exec", workflow, "a", "--", "touch", "/tmp/go")
        log = self.state / "runs" / workflow / "a" / "0" / "log"
        sizes = [-1, len("first\n")]
        while sizes[-1] == len("first\n") or sizes[-1] != sizes[-2]:
            time.sleep(1)
            sizes.append(log.stat().st_size)
        self.assertEqual(self.tasks(workflow)["a"]["status"], "RUNNING")
        follower.send_signal(signal.SIGCONT)
        out = self.finish(follower).out
        self.assertEqual(sum(len(line) for line in out.splitlines(keepends=True) if line.startswith("0")), 99_000_000)
        self.assertEqual(self.wait_for_end(workflow), "COMPLETED")

    def test_a_large_log_is_packed(self) -> None:
        self.ok("run", self.box("seq 1 50000; echo over"))
        folder = self.state / "runs" / self.last() / "a" / "0"
        wait_until(lambda: (folder / "log.zst").exists() and not (folder / "log").exists(), "the log to be packed",
                   show=lambda: list(folder.iterdir()))
        self.assertEqual(self.log("a").splitlines(), [*(str(i) for i in range(1, 50001)), "over"])
        self.assertEqual(self.ok("logs", "last", "a", "--grep", "^49999$", "-C", "1").out.split(), ["49998", "49999", "50000"])

    def test_mounts_network_and_privileges_where_the_pool_allows(self) -> None:
        (self.work / "shared").mkdir()
        self.write("shared/in", "from the host\n")
        network = os.readlink("/proc/self/ns/net")
        script = "cat /mnt/in; touch /mnt/out; readlink /proc/self/ns/net; grep -c CapEff:.*ffffff /proc/self/status"
        mounts = [f"{self.work}/shared:/mnt"]
        plain = self.box(script, volumeMounts=mounts)
        self.sennit("run", plain)  # grep finds nothing
        self.assertEqual(self.log("a").splitlines()[0], "from the host")
        self.assertNotIn(network, self.log("a"))
        self.assertTrue((self.work / "shared" / "out").exists())
        path = self.box(script, volumeMounts=mounts, hostNetwork=True, privileged=True)
        self.ok("run", path)
        self.assertEqual(self.log("a").splitlines()[1:], [network, "1"])
        platform = "pools.local.platforms.here"
        result = self.sennit("run", path, "--config", f"{platform}.privileged_allowed=false", "--config",
                             f"{platform}.host_network_allowed=false", "--config", "pools.local.default_platform=here")
        self.assertEqual(result.code, 2, result)
        self.assertIn("the platform 'here' does not allow privileged tasks", result.err)
        self.assertEqual(result.err.count("the platform 'here' does not allow"), 2, result)

    @unittest.skipIf(container_engine.IS_DOCKER, "Docker's engine waits without looking")
    def test_waiting_costs_the_engine_nothing(self) -> None:
        workflow = self.submit(self.box("echo begun; sleep 3"))
        self.wait_for_log(workflow, "a", "begun")
        before = self.engine.processor_time()
        self.assertEqual(self.wait_for_end(workflow), "COMPLETED")
        # A tenth of a second; asked as Docker is, Podman takes more processor time than there is time.
        self.assertLess(self.engine.processor_time() - before, 2.0)

    def test_who_wants_no_container_gets_none(self) -> None:
        self.ok("run", self.shell_tasks({"a": "readlink /proc/self/ns/mnt"}), "--runtime", "process")
        self.assertEqual(self.log("a").strip(), os.readlink("/proc/self/ns/mnt"))


class ContainerData(ContainerCase):
    """What is brought in before the command and sent after it, by the ctrl of the container."""

    def test_inputs_outputs_checkpoints_and_datasets(self) -> None:
        source, sent = self.work / "source", self.work / "sent"
        for name, text in {"a.csv": "1", "b.txt": "2"}.items():
            self.write(f"source/{name}", text)
        sent.mkdir()
        path = self.write("flow.yaml", f"""
            workflow:
              name: flow
              tasks:
              - name: make
                image: {IMAGE}
                command: [sh, -c]
                args:
                - |
                  ls {{{{input:0}}}}; cp {{{{input:0}}}}/a.csv {{{{output}}}}/c.csv; echo no > {{{{output}}}}/d.log
                  mkdir /state/deep; echo 3 > /state/deep/step
                  while ! [ -e /osmo/data/output/go ]; do sleep 0.1; done
                  exit 3
                inputs:
                - url: file://{source}
                  regex: .*[.]csv$
                outputs:
                - url: file://{sent}/out
                  regex: .*[.]csv$
                - dataset: {{name: numbers}}
                checkpoint:
                - {{path: /state, url: "file://{sent}/state", frequency: 1s}}
            """)
        workflow = self.submit(path)
        self.wait_for_file(sent / "state/state/deep/step")
        Path(self.tasks(workflow)["make"]["output_dir"], "go").touch()
        self.assertEqual(self.wait_for_end(workflow), "FAILED")
        self.assertEqual(self.tasks(workflow)["make"]["exit_code"], 3)
        self.assertEqual(self.log("make").splitlines()[:1], ["a.csv"])
        self.assertEqual([p.name for p in (sent / "out").iterdir()], ["c.csv"])
        self.ok("dataset", "download", "numbers", "back")
        self.assertEqual((self.work / "back/c.csv").read_text(encoding="utf-8"), "1")

    def test_the_command_inside_moves_data(self) -> None:
        place = self.work / "place"
        self.write("place/deep/in.txt", "in\n")
        self.write("secret.txt", "of the host\n")
        self.ok("run", self.box(f"""
            set -e
            cd {{{{output}}}}
            sennit data list file://{place}
            sennit data check file://{place} -a WRITE
            sennit data download file://{place}/deep got
            cat got/in.txt
            echo out > out.txt
            sennit data upload file://{place}/sent out.txt
            sennit data delete file://{place}/deep
            if sennit data download file://{self.work} stolen; then exit 9; fi
            if sennit data delete file://{self.work}/secret.txt; then exit 9; fi
            """, outputs=[{"url": f"file://{place}"}]))
        said = self.log("a")
        self.assertEqual([line for line in said.splitlines() if line in ("deep/in.txt", "pass", "in")],
                         ["deep/in.txt", "pass", "in"], said)
        self.assertEqual(said.count("a container reaches directories of its host only where the task's own"), 2, said)
        self.assertEqual((place / "sent/out.txt").read_text(encoding="utf-8"), "out\n")
        self.assertFalse((place / "deep/in.txt").exists())
        self.assertTrue((self.work / "secret.txt").exists())

    def test_what_cannot_be_fetched_is_said(self) -> None:
        result = self.sennit("run", self.box("echo never", inputs=[{"url": f"file://{self.work}/nowhere"}]))
        self.assertEqual(result.code, 1, result)
        task = self.tasks("last")["a"]
        self.assertIn(task["exit_code"], (2010, 2014), task)
        self.assertIn("nowhere", task["failure_message"])


class ContainerImages(ContainerCase):
    """Images that are not there, and engines."""

    def test_a_missing_image_fails_with_its_code(self) -> None:
        result = self.sennit("run", self.box("true", image="localhost:1/nothing:1"))
        self.assertEqual(result.code, 1, result)
        task = self.tasks("last")["a"]
        self.assertEqual((task["status"], task["exit_code"]), ("FAILED_IMAGE_PULL", 302), task)
        self.assertIn("localhost:1/nothing:1", task["failure_message"])
        self.assertIn("[sennit] pulling localhost:1/nothing:1", self.ok("logs", "last", "a").out)

    def test_no_engine_is_said_with_what_was_tried(self) -> None:
        env = {"DOCKER_HOST": "unix:///nonexistent/engine.sock"}
        result = self.sennit("run", self.box("true"), "--runtime", "container", env=env)
        self.assertEqual(result.code, 2, result)
        self.assertIn("containers cannot be used on this host: no container engine was found (connect to "
                      "/nonexistent/engine.sock", result.err)
        result = self.ok("run", self.box("true"), env=env)
        self.assertEqual(result.err.count("images are ignored: no container engine was found"), 1, result)

    def test_only_an_engine_of_this_host_will_do(self) -> None:
        result = self.sennit("run", self.box("true"), "--runtime", "container", env={"DOCKER_HOST": "tcp://10.0.0.1:2375"})
        self.assertIn("DOCKER_HOST is tcp://10.0.0.1:2375: only an engine of this host can be used", result.err)


@unittest.skipIf(why_no_registry(), f"no registry here: {why_no_registry()}")
class ContainerRegistries(ContainerCase):
    """Images from a registry that wants a password."""

    registry: Registry
    link: SlowLink
    host: str
    slow: str

    @classmethod
    def setUpClass(cls) -> None:
        cls.registry = Registry()
        cls.addClassCleanup(cls.registry.close)
        cls.registry.start()
        cls.link = SlowLink(cls.registry.port, 1e6)
        cls.addClassCleanup(cls.link.close)
        cls.slow = cls.link.url.rsplit("/", 1)[1]
        cls.host = f"127.0.0.1:{cls.registry.port}"
        cls.engine = container_engine.started([cls.registry.port, int(cls.slow.rsplit(":", 1)[1])])
        cls.addClassCleanup(cls.engine.close)
        cls.registry.add(cls.engine, IMAGE, "team/small:1")
        cls.engine.add_image("large:1", container_engine.applets(), size=20_000_000)
        cls.registry.add(cls.engine, "large:1", "team/large:1")

    def log_in(self, password: str, registry: str = "") -> None:
        self.ok("credential", "set", "reg", "--type", "REGISTRY", "--payload", f"registry={registry or self.host}",
                "--payload", f"username={image_registry.USER}", "--payload", f"auth={password}")

    def test_the_right_password_opens_it(self) -> None:
        result = self.sennit("run", self.box("echo here", image=f"{self.host}/team/small:1"))
        self.assertEqual(result.code, 1, result)
        self.assertEqual(self.tasks("last")["a"]["exit_code"], 302)
        self.log_in("wrong-password-77")
        result = self.sennit("run", self.box("echo here", image=f"{self.host}/team/small:1"))
        self.assertEqual(self.tasks("last")["a"]["exit_code"], 302)
        self.assertNotIn("wrong-password-77", result.err + self.ok("logs", "last", "a").out)
        self.log_in(image_registry.PASSWORD)
        self.ok("run", self.box("echo here", image=f"{self.host}/team/small:1"))
        self.assertEqual(self.log("a"), "here\n")
        self.assertIn(f"[sennit] pulled {self.host}/team/small:1 in ", self.ok("logs", "last", "a").out)

    def test_an_image_that_it_does_not_have(self) -> None:
        self.log_in(image_registry.PASSWORD)
        result = self.sennit("run", self.box("true", image=f"{self.host}/team/nothing:1"))
        self.assertEqual(result.code, 1, result)
        task = self.tasks("last")["a"]
        self.assertEqual(task["exit_code"], 302, task)
        self.assertIn("team/nothing:1", task["failure_message"])

    def begin_slow_pull(self) -> str:
        # What it has of the layers would not be fetched.
        for name in ("large:1", f"{self.slow}/team/large:1"):
            self.engine.client("rmi", "--force", name, check=False)
        self.log_in(image_registry.PASSWORD, self.slow)
        workflow = self.submit(self.box("true", image=f"{self.slow}/team/large:1"))
        carried = self.link.carried
        wait_until(lambda: self.link.carried > carried + 1_000_000, "a pull to be under way")
        return workflow

    def test_a_pull_can_be_cancelled(self) -> None:
        workflow = self.begin_slow_pull()
        self.ok("cancel", workflow)
        self.assertEqual(self.wait_for_end(workflow, 10), "FAILED_CANCELED")

    def test_the_registry_dies_in_the_middle(self) -> None:
        workflow = self.begin_slow_pull()
        assert self.registry.process is not None
        self.registry.process.kill()
        self.registry.process.wait()
        try:
            self.wait_for_end(workflow, 4 * LIMIT)
            self.assertEqual(self.tasks(workflow)["a"]["exit_code"], 302)
        finally:
            self.registry.start()

    def test_ctrl_is_killed_while_it_pulls(self) -> None:
        workflow = self.begin_slow_pull()
        self.kill(self.wait_for_ctrl())
        self.assertEqual(self.wait_for_end(workflow, 4 * LIMIT), "COMPLETED")


class ContainerStops(ContainerCase):
    def test_a_cancelled_task_goes_even_if_it_ignores_sigterm(self) -> None:
        for script, force in (("trap 'echo bye; exit 3' TERM; echo up; while true; do sleep 0.1; done", []),
                              ("trap '' TERM; echo up; while true; do sleep 0.1; done", ["--force"])):
            workflow = self.submit(self.box(script))
            self.wait_for_log(workflow, "a", "up\n")
            self.ok("cancel", workflow, *force)
            self.assertEqual(self.wait_for_end(workflow), "FAILED_CANCELED")
            self.wait_for_nothing_left()

    def test_what_leaves_its_group_goes_with_the_container(self) -> None:
        self.ok("run", self.box("(setsid sh -c 'trap \"\" TERM; sleep 98765' >/dev/null 2>&1 &); echo done"))
        self.wait_for_nothing_left()
        self.assertFalse([p for p in all_processes().values() if "98765" in p.words])

    def test_it_is_started_again_in_its_place(self) -> None:
        script = "echo run; test -e {{output}}/once && exit 0; touch {{output}}/once; exit 9"
        path = self.box(script, exitActions={"RESTART": "9"})
        (self.home / "config.yaml").write_text("limits: {max_retry_per_task: 2}\n", encoding="utf-8")
        self.ok("run", path)
        self.assertEqual(self.log("a"), "run\nrun\n")
        self.assertEqual(self.tasks("last")["a"]["retry_id"], 0)

    def test_pausing_stops_it_and_goes_on(self) -> None:
        workflow = self.submit(self.box("i=0; while [ $i -lt 600 ]; do echo $i; i=$((i+1)); sleep 0.05; done"))
        self.wait_for_log(workflow, "a", "2\n")
        self.ok("pause", workflow, "a")
        wait_until(lambda: any("Paused" in line for line in self.engine.containers()), "a paused container",
                   show=self.engine.containers)
        self.ok("resume", workflow, "a")
        wait_until(lambda: any(" Up " in line and "Paused" not in line for line in self.engine.containers()), "a running container",
                   show=self.engine.containers)
        self.ok("cancel", workflow, "--force")
        self.wait_for_end(workflow)


class ContainerCrashes(ContainerCase):
    """Whoever dies, nothing of the log is lost or doubled, and no container is made twice."""

    LINES = 10000
    SCRIPT = (f"echo up; while [ ! -e {{{{output}}}}/go ]; do sleep 0.05; done; i=0; "
              f"while [ $i -lt {LINES} ]; do echo line $i; i=$((i+1)); [ $((i % 500)) = 0 ] && sleep 0.1; done; exit 5")

    def begin(self) -> str:
        workflow = self.submit(self.box(self.SCRIPT))
        self.wait_for_log(workflow, "a", "up\n")
        return workflow

    def let_go(self, workflow: str) -> None:
        (Path(self.tasks(workflow)["a"]["output_dir"]) / "go").touch()
        self.wait_for_log(workflow, "a", "line 700\n")

    def check_end(self, workflow: str) -> None:
        self.wait_for_end(workflow)
        task = self.tasks(workflow)["a"]
        self.assertEqual((task["exit_code"], task["retry_id"]), (5, 0), task)
        expected = "up\n" + "".join(f"line {i}\n" for i in range(self.LINES))
        self.assertEqual(self.log("a", workflow), expected)

    def test_ctrl_is_killed(self) -> None:
        workflow = self.begin()
        self.let_go(workflow)
        self.kill(self.wait_for_ctrl())
        self.check_end(workflow)

    def test_agent_is_killed(self) -> None:
        workflow = self.begin()
        self.let_go(workflow)
        self.kill(self.wait_for_agent())
        self.check_end(workflow)

    def test_server_is_killed(self) -> None:
        workflow = self.begin()
        self.let_go(workflow)
        self.kill(self.wait_for_server())
        self.check_end(workflow)

    def test_everything_is_killed(self) -> None:
        workflow = self.begin()
        self.let_go(workflow)
        pids = list(self.processes())
        for pid in pids:
            if pid != os.getpid():
                self.kill(pid)
        self.check_end(workflow)

    def test_the_engine_goes_and_comes_back(self) -> None:
        workflow = self.begin()
        self.engine.stop()
        try:
            self.let_go(workflow)
        finally:
            self.engine.start()
        self.check_end(workflow)

    def test_what_an_absent_engine_could_not_remove_goes_later(self) -> None:
        workflow = self.begin()
        self.engine.stop()
        try:
            (Path(self.tasks(workflow)["a"]["output_dir"]) / "go").touch()
            self.check_end(workflow)  # without the engine
        finally:
            self.engine.start()
        self.assertEqual(len(self.engine.containers()), 1)
        for process in reversed(self.agent_family()):
            self.kill(process.pid)
        self.ok("run", self.shell_tasks({"b": "true"}), "--runtime", "process")
        self.wait_for_nothing_left()

    def test_somebody_removes_the_container(self) -> None:
        workflow = self.begin()
        self.engine.remove_all()
        self.wait_for_end(workflow)
        self.assertEqual(self.tasks(workflow)["a"]["exit_code"], 3001)


@unittest.skipUnless(os.geteuid() == 0, "only root can be somebody else")
class ContainerOwners(ContainerCase):
    """Who is not root, with an engine of root's."""

    USER = 12345

    def prepare_home(self) -> None:
        for path in (self.base, self.home, self.work):
            os.chown(path, self.USER, self.USER)
        self.engine.folder.chmod(0o755)
        self.engine.socket.chmod(0o666)

    def start(self, *words: str, **options: Any) -> Any:
        return super().start(*words, user=self.USER, group=self.USER, extra_groups=[], **options)

    def test_what_a_task_wrote_belongs_to_who_ran_it(self) -> None:
        workflow = self.submit(self.box("id -u; mkdir -p {{output}}/d/e; echo x > {{output}}/d/e/x; chmod 700 {{output}}/d"))
        self.assertEqual(self.wait_for_end(workflow), "COMPLETED")
        self.assertEqual(self.log("a", workflow), "0\n")
        made = Path(self.tasks(workflow)["a"]["output_dir"]) / "d" / "e" / "x"
        self.assertEqual(made.stat().st_uid, self.USER)
        self.ok("delete", workflow)
        wait_until(lambda: not made.exists(), "the output to be gone")

    def test_what_only_the_tasks_user_can_read_is_sent(self) -> None:
        sent = self.work / "sent"
        sent.mkdir()
        os.chown(sent, self.USER, self.USER)
        self.ok("run", self.box("umask 077; mkdir {{output}}/d; echo 1 > {{output}}/d/x; echo 2 > /state/y",
                                outputs=[{"url": f"file://{sent}/out"}],
                                checkpoint=[{"path": "/state", "url": f"file://{sent}/state", "frequency": "1h"}]))
        self.assertEqual((sent / "out/d/x").read_text(encoding="utf-8"), "1\n")
        self.assertEqual((sent / "state/state/y").read_text(encoding="utf-8"), "2\n")


class ContainerGroups(ContainerCase):
    def test_peers_find_each_other_by_name(self) -> None:
        if not WORKFLOWS.is_dir():
            self.skipTest(f"{WORKFLOWS} is not there")
        path = self.write("group.yaml", (WORKFLOWS / "group_tasks_communication.yaml").read_text(encoding="utf-8"))
        self.run_client_and_server(path)
        self.assertIn("Calling server at server...", self.log("client"))
        self.assertIn("Server: Complete", self.log("server"))

    def test_torchrun(self) -> None:
        source = WORKFLOWS / "dnn_training-torchrun_multinode-train_template.yaml"
        if not source.exists():
            self.skipTest(f"{source} is not there")
        # Sending outputs is another matter.
        text = "\n".join(line for line in source.read_text(encoding="utf-8").splitlines()
                         if "outputs:" not in line and "- url:" not in line)
        path = self.write("train.yaml", text)
        self.write("train.py", "training\n")
        self.write("osmo_barrier.py", "barrier\n")
        programs = [name for name in container_engine.applets() if name not in ("bash", "python3", "torchrun")]
        self.engine.add_image("nvcr.io/nvidia/pytorch:24.03-py3", programs, scripts={
            "bash": "#!/bin/sh\nexec sh \"$@\"\n",
            "python3": "#!/bin/sh\necho \"python3 $*\"\n",
            # As the real one it ends when all ranks have: with the lead the others would be ended.
            "torchrun": "#!/bin/sh\necho \"torchrun $*\"\ncat /tmp/train.py\nnslookup master\n"
                        "echo CUDA $CUDA_VISIBLE_DEVICES\ntouch /osmo/data/output/models/snapshot.pth\n"
                        "rank=$(echo \"$*\" | sed 's/.*--node_rank \\([0-9]*\\).*/\\1/')\n"
                        "if [ $rank = 0 ]; then for peer in 1 2; do nc -l -p 2950$peer < /dev/null; done\n"
                        "else until nc master 2950$rank < /dev/null; do sleep 0.1; done; fi\n"})
        self.ok("run", path, "--set", "n_gpus_per_node=1", "--set", "n_nodes=3", env={"SENNIT_GPUS": "3"},
                limit=4 * LIMIT)
        devices = set()
        for rank, task in enumerate(["master", "worker_1", "worker_2"]):
            log = self.log(task)
            self.assertIn(f"--node_rank {rank} --master_addr master --master_port 29400 /tmp/train.py", log)
            self.assertIn("\ntraining\n", log)
            self.assertRegex(log, r"Name:\s+master")
            devices.add(log.split("CUDA ")[1].split("\n")[0])
        self.assertEqual(devices, {"0", "1", "2"})
        self.assertTrue((Path(self.tasks("last")["master"]["output_dir"]) / "models" / "snapshot.pth").exists())


TELLS = """
    echo 'Step 3/4'
    printf '{"reward": 7}\\n' >>$SENNIT_PROGRESS
    i=0; while [ ! -e /osmo/data/output/go ]; do i=$((i+1)); done
    """


class ContainerMetrics(ContainerCase):
    def test_progress_and_use_come_out_of_a_container(self) -> None:
        workflow = self.submit(self.box(TELLS))
        task = wait_until(lambda: (self.tasks(workflow)["a"]["load"] or {}).get("cpus", 0) > 0.05
                          and self.tasks(workflow)["a"]["progress"] and self.tasks(workflow)["a"],
                          "progress and use", show=lambda: self.tasks(workflow))
        self.assertEqual((task["progress"]["step"], task["progress"]["total"]), (3, 4))
        self.assertEqual(task["progress"]["metrics"]["reward"], 7)
        self.assertGreater(task["load"]["memory"], 100_000)
        (Path(task["output_dir"]) / "go").touch()
        self.wait_for_end(workflow)
        one = self.json("metrics", workflow)["tasks"][0]
        self.assertEqual({series["name"] for series in one["series"]}, {"step", "total", "reward"})
        self.assertIn("cpu", {series["name"] for series in one["usage"]})

    def test_a_ctrl_that_is_killed_costs_no_progress(self) -> None:
        workflow = self.submit(self.box(TELLS))
        wait_until(lambda: self.tasks(workflow)["a"]["progress"], "progress", show=lambda: self.tasks(workflow))
        self.kill(self.wait_for_ctrl())
        self.wait_for_ctrl()
        (Path(self.tasks(workflow)["a"]["output_dir"]) / "go").touch()
        self.wait_for_end(workflow)
        self.assertEqual(self.json("metrics", workflow)["tasks"][0]["progress"]["metrics"],
                         {"step": 3, "total": 4, "reward": 7})


if __name__ == "__main__":
    unittest.main()
