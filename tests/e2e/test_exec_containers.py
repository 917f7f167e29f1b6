"""Commands and ports inside containers: what test_exec.py asks of every place."""
import unittest

from container_engine import IMAGE, why_no_engine
from test_containers import ContainerCase
from test_exec import ExecCase


@unittest.skipIf(why_no_engine(), f"no container engine here: {why_no_engine()}")
class ContainerExecCase(ExecCase, ContainerCase):
    runtime = "container"
    image = IMAGE


class ContainerExec(ContainerExecCase):
    def test_it_is_inside(self) -> None:
        self.begin()
        self.assertIn(b"sennit-user", self.sh("cat /proc/1/comm").stdout)
