"""Groups that start again: RESTART and RESCHEDULE as a user sees them."""
import unittest
from pathlib import Path
from typing import List

from harness import SennitTest, lines_of, wait_until


class GroupsStartAgain(SennitTest):
    """Every task notes each of its commands in a file of its name."""

    def group(self, lead: str, actions: str, options: str = "") -> Path:
        """A lead that runs `lead`, with `actions`, and two others that run until they are stopped."""
        text = f"""
            workflow:
              name: gang
              groups:
              - name: gang
                {options}
                tasks:
                - name: lead
                  lead: true
                  image: debian:12
                  command: [sh, -c, 'echo "$SENNIT_ATTEMPT" >>lead; touch {{{{output}}}}/kept-$(wc -l <lead); {lead}']
                  exitActions: {{{actions}}}
            """
        for name in ("left", "right"):
            text += f"""
                - name: {name}
                  image: debian:12
                  command: [sh, -c, 'echo "$SENNIT_ATTEMPT" >>{name}; echo {name} begins; while :; do sleep 0.05; done']
            """
        return self.write("gang.yaml", text)

    def attempts(self, name: str) -> List[str]:
        """The numbers of the attempts that a task's commands were of."""
        return [line.rsplit("-", 1)[1] for line in lines_of(self.work / name)]

    # The lead ends only when the others have noted that they run.
    ALL_THERE = ("while [ $(cat left | wc -l) -lt $(wc -l <lead) ] || [ $(cat right | wc -l) -lt $(wc -l <lead) ]; "
                 "do sleep 0.02; done; ")

    def test_restart_of_the_lead_is_in_place_for_all(self) -> None:
        self.ok("run", self.group(self.ALL_THERE + "[ $(wc -l <lead) -ge 3 ] || exit 5", 'RESTART: "5"'))
        for name in ("lead", "left", "right"):
            self.assertEqual(self.attempts(name), ["0"] * 3, name)
        task = self.tasks("last")["lead"]
        self.assertEqual(sorted(path.name for path in Path(task["output_dir"]).iterdir()),
                         ["kept-1", "kept-2", "kept-3"])
        log = self.ok("logs", "last", "left").out
        self.assertEqual(log.count("left begins"), 3)
        self.assertIn("[sennit] the command is started again (2)", log)
        events = self.ok("events", "last").out
        self.assertIn("RESTART is its action for exit code 5 (1 of 3)", events)
        self.assertIn("with lead of its group", events)

    def test_rescheduled_lead_restarts_the_others_in_place(self) -> None:
        self.ok("run", self.group(self.ALL_THERE + "[ $(wc -l <lead) -ge 2 ] || exit 3", 'RESCHEDULE: "3"'))
        self.assertEqual(self.attempts("lead"), ["0", "1"])
        self.assertEqual(self.attempts("left"), ["0", "0"])
        self.assertEqual(self.statuses("last"), dict.fromkeys(("lead", "left", "right"), "COMPLETED"))

    def test_limit_is_named(self) -> None:
        (self.home / "config.yaml").write_text("limits: {max_retry_per_task: 1}\n", encoding="utf-8")
        result = self.sennit("run", self.group(self.ALL_THERE + "exit 5", 'RESTART: "5"'))
        self.assertEqual(result.code, 1, result)
        self.assertEqual(len(self.attempts("lead")), 2)
        self.assertIn("the limit of 1 retry is reached (limits.max_retry_per_task)",
                      self.ok("why", "last", "lead").out)

    def test_actions_of_the_pool_come_after_the_tasks_own(self) -> None:
        (self.home / "config.yaml").write_text(
            'pools: {local: {default_exit_actions: {RESCHEDULE: "5", COMPLETE: "7"}}}\n', encoding="utf-8")
        self.ok("run", self.group(self.ALL_THERE + "[ $(wc -l <lead) -ge 2 ] && exit 7; exit 5", 'RESTART: "5"'))
        self.assertEqual(self.attempts("lead"), ["0", "0"])

    def test_cancel_while_it_starts_again(self) -> None:
        (self.home / "config.yaml").write_text("limits: {max_retry_per_task: 10000}\n", encoding="utf-8")
        path = self.group(self.ALL_THERE + "exit 5", 'RESTART: "5"')
        workflow = self.submit(path)
        self.wait_for_file(self.work / "left")
        self.ok("cancel", workflow)
        self.wait_for_end(workflow)
        self.assertIn(self.statuses(workflow)["left"], ("FAILED_CANCELED", "FAILED"))
        wait_until(lambda: not [p for p in self.processes().values() if "begins" in " ".join(p.words)],
                   "every command to be gone", show=self.process_table)


if __name__ == "__main__":
    unittest.main()
