"""`sennit run` and what a task sees: order, data, environment, output, exit codes."""

import json
import unittest

from harness import SennitTest, lines_of


class Run(SennitTest):
    """A workflow from file to result."""

    def test_success(self) -> None:
        result = self.sennit("run", self.shell_tasks({"a": "echo hello from a"}))
        self.assertEqual(result.code, 0, result)
        self.assertIn("hello from a", result.out + result.err)

    def test_failure_is_one_and_says_which_task(self) -> None:
        result = self.sennit("run", self.shell_tasks({"good": "true", "bad": "echo oh no >&2; exit 7"}))
        self.assertEqual(result.code, 1, result)
        self.assertIn("bad", result.out + result.err)
        self.assertIn("7", result.out + result.err)

    def test_invalid_file_is_two_and_starts_nothing(self) -> None:
        result = self.sennit("run", self.write("flow.yaml", "workflow:\n  name: x\n  tsks: []\n"))
        self.assertEqual(result.code, 2, result)
        self.assertIn("flow.yaml:3:3", result.err)

    def test_timeout_is_four(self) -> None:
        path = self.write("flow.yaml", """
            workflow:
              name: slow
              timeout: {exec_timeout: 1s}
              tasks:
              - {name: a, image: debian:12, command: [sleep, "60"]}
            """)
        result = self.sennit("run", path)
        self.assertEqual(result.code, 4, result)

    def test_program_that_does_not_exist(self) -> None:
        path = self.write("flow.yaml", """
            workflow:
              name: missing
              tasks:
              - {name: a, image: debian:12, command: [no-such-program-anywhere]}
            """)
        result = self.sennit("run", path)
        self.assertEqual(result.code, 1, result)
        self.assertIn("no-such-program-anywhere", result.out + result.err)

    def test_order_and_data(self) -> None:
        path = self.shell_tasks(
            {"first": "echo 20 > {{output}}/n", "second": "echo $(($(cat {{input:0}}/n) + 1)) > {{output}}/n",
             "sum": f"echo $(cat {{{{input:0}}}}/n) $(cat {{{{input:1}}}}/n) > {self.work}/sum"},
            after={"second": ["first"], "sum": ["first", "second"]})
        self.ok("run", path)
        self.assertEqual(lines_of(self.work / "sum"), ["20 21"])

    def test_failed_task_holds_back_those_after_it(self) -> None:
        path = self.shell_tasks({"a": "exit 3", "b": f"touch {self.work}/b"}, after={"b": ["a"]})
        self.assertEqual(self.sennit("run", path).code, 1)
        self.assertFalse((self.work / "b").exists())
        workflow = self.last()
        self.assertEqual(self.statuses(workflow), {"a": "FAILED", "b": "FAILED_UPSTREAM"})

    def test_task_has_the_submitter_s_directory_and_environment(self) -> None:
        path = self.shell_tasks({"a": 'pwd > seen; echo "$COLOUR" >> seen; echo "$OWN" >> seen'},
                                extra={"a": {"environment": {"OWN": "yes"}}})
        self.ok("run", path, env={"COLOUR": "blue sky"})
        self.assertEqual(lines_of(self.work / "seen"), [str(self.work), "blue sky", "yes"])

    def test_set_env_wins(self) -> None:
        path = self.shell_tasks({"a": 'echo "$COLOUR" > seen'}, extra={"a": {"environment": {"COLOUR": "red"}}})
        self.ok("run", path, "--set-env", "COLOUR=green")
        self.assertEqual(lines_of(self.work / "seen"), ["green"])

    def test_group_starts_together_and_waits_for_the_group_before(self) -> None:
        path = self.write("flow.yaml", """
            workflow:
              name: groups
              groups:
              - name: one
                tasks:
                - name: lead
                  lead: true
                  image: debian:12
                  command: [sh, -c, "touch lead; while [ ! -e peer ]; do sleep 0.02; done; echo x > {{output}}/f"]
                - name: peer
                  image: debian:12
                  command: [sh, -c, "touch peer; while [ ! -e lead ]; do sleep 0.02; done"]
              - name: two
                tasks:
                - name: reader
                  image: debian:12
                  command: [sh, -c, "cat {{input:0}}/f > read"]
                  inputs:
                  - task: lead
            """)
        self.ok("run", path)
        self.assertEqual(lines_of(self.work / "read"), ["x"])

    def test_template_variables(self) -> None:
        path = self.write("flow.yaml", """
            workflow:
              name: {{name}}
              tasks:
              - name: a
                image: debian:12
                command: [sh, -c, "echo {{word}} {{workflow_id}} > seen"]
            default-values: {name: flow, word: plain}
            """.replace("default-values: {name: flow, word: plain}",
                        "default-values:\n              name: flow\n              word: plain"))
        self.ok("run", path, "--set", "word=changed")
        word, workflow = lines_of(self.work / "seen")[0].split()
        self.assertEqual(word, "changed")
        self.assertRegex(workflow, r"^flow-\d+$")

    def test_hundred_tasks(self) -> None:
        path = self.shell_tasks({f"t{n}": f"echo {n} >> done" for n in range(100)})
        self.ok("run", path)
        self.assertEqual(sorted(map(int, lines_of(self.work / "done"))), list(range(100)))


class Logs(SennitTest):
    """What was printed can be read again, by stream, in order and whole."""

    def test_logs_of_a_task(self) -> None:
        workflow = self.submit(self.shell_tasks({"a": "echo one; echo two >&2; printf three", "b": "echo other"}))
        self.wait_for_status(workflow, "COMPLETED")
        out = self.ok("logs", workflow, "a").out
        for word in ("one", "two", "three"):
            self.assertIn(word, out)
        self.assertNotIn("other", out)
        self.assertIn("other", self.ok("logs", workflow).out)

    def test_last_lines(self) -> None:
        workflow = self.submit(self.shell_tasks({"a": "seq 1 1000"}))
        self.wait_for_status(workflow, "COMPLETED")
        out = self.ok("logs", workflow, "a", "-n", "3").out.splitlines()
        self.assertEqual([line.split()[-1] for line in out], ["998", "999", "1000"])

    def test_nothing_is_lost_of_much_output(self) -> None:
        workflow = self.submit(self.shell_tasks({"a": "seq 1 200000"}))
        self.wait_for_status(workflow, "COMPLETED")
        out = self.ok("logs", workflow, "a").out.splitlines()
        self.assertEqual(len(out), 200000)
        self.assertTrue(out[-1].endswith("200000"))

    def test_follow_ends_with_the_task(self) -> None:
        workflow = self.submit(self.shell_tasks({"a": "echo early; sleep 1; echo late"}))
        result = self.ok("logs", "-f", workflow, "a")
        self.assertIn("early", result.out)
        self.assertIn("late", result.out)

    def test_bytes_that_are_no_text_do_no_harm(self) -> None:
        workflow = self.submit(self.shell_tasks({"a": r"printf '\377\000\033[31mred\n'; echo after"}))
        self.wait_for_status(workflow, "COMPLETED")
        self.assertIn("after", self.ok("logs", workflow, "a").out)


class Machine(SennitTest):
    """The shapes of what is printed for programs."""

    def test_submit_status_list(self) -> None:
        path = self.shell_tasks({"a": "exit 0", "b": "exit 5"})
        workflow = self.submit(path)
        self.assertRegex(workflow, r"^flow-\d+$")
        self.assertEqual(self.wait_for_end(workflow), "FAILED")
        status = self.workflow(workflow)
        self.assertEqual(status["name"], workflow)
        self.assertIn("submit_time", status)
        tasks = self.tasks(workflow)
        self.assertEqual(tasks["a"]["exit_code"], 0)
        self.assertEqual(tasks["b"]["exit_code"], 5)
        self.assertEqual({name: task["status"] for name, task in tasks.items()}, {"a": "COMPLETED", "b": "FAILED"})
        self.assertIn(workflow, [entry["name"] for entry in self.json("list")["workflows"]])

    def test_osmo_s_flag_for_the_format(self) -> None:
        path = self.shell_tasks({"a": "true"})
        result = self.ok("workflow", "submit", path, "--format-type", "json")
        workflow = json.loads(result.out)["name"]
        self.wait_for_status(workflow, "COMPLETED")
        self.assertEqual(json.loads(self.ok("query", workflow, "--format-type", "json").out)["name"], workflow)

    def test_server_status(self) -> None:
        self.ok("run", self.shell_tasks({"a": "true"}))
        status = self.json("server", "status")
        self.assertEqual(status["pid"], self.server_pid())
        self.assertEqual(status["state_dir"], str(self.state))
        self.assertLessEqual({"version", "socket"}, set(status))

    def test_numbers_are_never_used_twice(self) -> None:
        path = self.shell_tasks({"a": "true"})
        first, second = self.submit(path), self.submit(path)
        self.assertNotEqual(first, second)
        self.wait_for_end(second)
        self.ok("server", "stop")
        self.assertNotIn(self.submit(path), (first, second))

    def test_unknown_workflow(self) -> None:
        result = self.sennit("status", "nothing-99")
        self.assertNotEqual(result.code, 0)
        self.assertIn("nothing-99", result.err)
        self.assertEqual(result.out, "")

    def test_unknown_tasks_and_attempts_are_mistakes(self) -> None:
        self.ok("run", self.shell_tasks({"first": "true"}))
        for words in (("logs", "last", "frist"), ("events", "last", "-t", "frist"),
                      ("events", "last", "-f", "-t", "frist"), ("why", "last", "frist"),
                      ("events", "last", "-r", "7"), ("logs", "last", "first", "-t", "second")):
            result = self.sennit(*words)
            self.assertEqual(result.code, 2, f"{words}: {result}")
            self.assertEqual(result.out, "", words)

    def test_logs_have_no_json(self) -> None:
        self.ok("run", self.shell_tasks({"a": "echo text"}))
        result = self.sennit("logs", "last", "a", "-o", "json")
        self.assertEqual(result.code, 2, result)
        self.assertNotIn("text", result.out)

    def test_json_has_no_colour_and_no_chatter(self) -> None:
        path = self.shell_tasks({"a": "true"})
        result = self.ok("submit", path, "-o", "json")
        self.assertNotIn("\033", result.out)
        json.loads(result.out)


class Words(SennitTest):
    """The command line around the commands."""

    def test_version_and_help(self) -> None:
        self.assertIn("0.1.0", self.ok("version").out)
        self.assertIn("0.1.0", self.ok("--version").out)
        for words in (["help"], ["--help"], ["run", "--help"]):
            self.assertIn("run", self.ok(*words).out)
        for verb in ("run", "submit", "validate", "render", "status", "logs", "events", "cancel", "restart", "resume",
                     "why", "spec", "config", "server", "version", "completion"):
            self.assertIn(verb, self.ok("--help").out)

    def test_usage_mistakes_are_two(self) -> None:
        for words in (["rnu", "x.yaml"], ["run"], ["run", "--no-such-flag", "x"], ["status", "-o", "xml"]):
            with self.subTest(words):
                result = self.sennit(*words)
                self.assertEqual(result.code, 2, result)
                self.assertEqual(result.out, "")

    def test_no_command_shows_them_all(self) -> None:
        for words in ([], ["workflow"]):
            result = self.sennit(*words)
            self.assertEqual(result.code, 2, result)
            self.assertIn("Find every mistake in a workflow file", result.err)

    def test_completions(self) -> None:
        for shell in ("bash", "zsh", "fish"):
            self.assertIn("sennit", self.ok("completion", shell).out)
        (self.home / "config.yaml").write_text("pools: {local: {}, night: {}}\n", encoding="utf-8")
        self.assertEqual(self.ok("__complete", "pools").out, "local\nnight\n")

    def test_config_tells_origins(self) -> None:
        (self.home / "config.yaml").write_text("verbs: {train: [my-oumi, train]}\n", encoding="utf-8")
        out = self.ok("config", "show", "--origin").out
        self.assertIn("my-oumi", out)
        self.assertIn("config.yaml", out)


if __name__ == "__main__":
    unittest.main()
