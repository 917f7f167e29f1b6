#!/usr/bin/env python3
"""Tests of the checks in this folder: each rule once kept and once broken, in a small tree of files."""

import contextlib
import io
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Dict, Tuple

sys.path.insert(0, str(Path(__file__).resolve().parent))

import check_layers
import check_sizes
import check_style

TABLE = """
# Architecture

| floor | room | what |
|---|---|---|
| 0 | `base` | ground |
| 1 | `model` | values |
| 2 | `core` | mind |
| 2 | `loop` | glue |
| 3 | `wire` | frames |
| 7 | `cli`, `tui` | fronts |

| other | table |
|---|---|
| 9 | `nothing` |
"""


def run_on(check, files: Dict[str, str]) -> Tuple[int, str]:
    """The exit status and the messages of a check over a tree with these files."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, text in {"docs/architecture.md": TABLE, "CMakeLists.txt": "", "src/base/README.md": "", **files}.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        said = io.StringIO()
        with contextlib.redirect_stderr(said):
            status = check.main(root)
        return status, said.getvalue()


class Layers(unittest.TestCase):
    def broken(self, files: Dict[str, str], message: str) -> None:
        status, said = run_on(check_layers, files)
        self.assertEqual(status, 1, said)
        self.assertIn(message, said)

    def test_table_gives_floors_of_all_rooms_of_a_row(self) -> None:
        floors = check_layers.parse_floors(TABLE)
        self.assertEqual(floors, {"base": 0, "model": 1, "core": 2, "loop": 2, "wire": 3, "cli": 7, "tui": 7})

    def test_lower_floor_is_allowed(self) -> None:
        status, said = run_on(check_layers, {
            "src/base/a.h": "", "src/model/b.h": '#include "base/a.h"\n#include <vector>\n',
            "CMakeLists.txt": "sennit_room(model DEPS base LIBS yaml)\n"})
        self.assertEqual((status, said), (0, ""))

    def test_same_floor_is_refused(self) -> None:
        self.broken({"src/loop/a.h": "", "src/core/b.cc": '#include "loop/a.h"\n'}, "src/core/b.cc:1")
        self.broken({"src/tui/a.h": "", "src/cli/b.cc": '#include "tui/a.h"\n'}, "both on floor 7")

    def test_upward_is_refused(self) -> None:
        self.broken({"src/wire/a.h": "", "src/base/b.h": '\n#include "wire/a.h"\n'}, "src/base/b.h:2")

    def test_core_sees_base_and_model_only(self) -> None:
        reason = check_layers.may_include({"base": 0, "spec": 1, "core": 2}, "core", "spec")
        self.assertIn("may include only base and model", reason or "")

    def test_unknown_room_and_bare_name_are_refused(self) -> None:
        self.broken({"src/attic/a.h": ""}, "not in the table")
        self.broken({"src/base/a.h": "", "src/base/b.h": '#include "a.h"\n'}, "does not begin with a room")

    def test_include_in_a_comment_does_not_count(self) -> None:
        status, _ = run_on(check_layers, {"src/base/a.h": '// #include "wire/x.h"\n/*\n#include "wire/y.h"\n*/\n'})
        self.assertEqual(status, 0)

    def test_cycle_of_files_and_of_folders_is_found(self) -> None:
        self.broken({"src/base/a.h": '#include "base/b.h"\n', "src/base/b.h": '#include "base/a.h"\n'},
                    "base/a.h -> base/b.h -> base/a.h")
        self.broken({"src/base/x/a.h": '#include "base/y/b.h"\n', "src/base/y/b.h": "",
                     "src/base/y/c.h": '#include "base/x/d.h"\n', "src/base/x/d.h": ""}, "folders include each other")

    def test_cmake_obeys_the_table(self) -> None:
        self.broken({"CMakeLists.txt": "\nsennit_room(base DEPS wire)\n"}, "CMakeLists.txt:2")


class Sizes(unittest.TestCase):
    def items(self, text: str, kind: str):
        return [(item.name, item.line, item.size) for item in check_sizes.measure(text) if item.kind == kind]

    def test_functions_are_measured_from_head_to_closing_brace(self) -> None:
        text = ("namespace a {\n"
                "int one(int x) { return x; }\n"
                "template <class T>\n"
                "void two(std::function<void(int)> f = {}) {\n"
                "  if (f) {\n"
                "    f(1);\n"
                "  }\n"
                "}\n"
                "}\n")
        self.assertEqual(self.items(text, "function"), [("one", 2, 1), ("two", 3, 6)])

    def test_braces_in_strings_comments_and_tables_do_not_confuse(self) -> None:
        text = ('constexpr Row kRows[] = {\n  {f(1), 2},\n};\n'
                '// } {\n'
                'const char* kText = R"x(} { " )x";\n'
                'void three() {\n  use("}", \'}\', 1\'000);\n}\n')
        self.assertEqual(self.items(text, "function"), [("three", 6, 3)])

    def test_member_functions_are_counted(self) -> None:
        text = ("class Foo : public Bar {\n public:\n  Foo();\n  ~Foo() override;\n  int get() const { return x_; }\n"
                " private:\n  std::function<void(int)> callback_;\n  int x_ = make(3);\n  enum class K { a, b };\n};\n")
        self.assertEqual(self.items(text, "class"), [("Foo", 1, 3)])

    def test_constructor_with_initialisers_is_one_function(self) -> None:
        names = [name for name, _, _ in self.items("Foo::Foo(int a)\n    : a_(a), b_(2) {\n  run();\n}\n", "function")]
        self.assertEqual(names, ["Foo"])

    def test_limits(self) -> None:
        long_function = "void f() {\n" + "  g();\n" * 80 + "}\n"
        status, said = run_on(check_sizes, {"src/base/a.cc": long_function})
        self.assertEqual(status, 1)
        self.assertIn("src/base/a.cc:1: f has 82 lines", said)
        status, said = run_on(check_sizes, {"src/base/a.cc": "int x;\n" * 601})
        self.assertEqual(status, 1)
        status, said = run_on(check_sizes, {"src/base/a.cc": "int x;\n" * 401, "src/base/a_test.cc": "int x;\n" * 700})
        self.assertEqual(status, 0)
        self.assertIn("warning", said)
        status, said = run_on(check_sizes, {"src/model/a.cc": ""})
        self.assertEqual(status, 1)
        self.assertIn("src/model: the room has no README.md", said)
        members = "class Foo {\n" + "  void f();\n" * 41 + "};\n"
        self.assertEqual(run_on(check_sizes, {"src/base/a.h": members})[0], 1)

    def test_a_large_class_that_says_why_passes(self) -> None:
        members = "class Foo {\n" + "  void f();\n" * 41 + "};\n"
        files = {"src/base/README.md": "Base.\n", "src/base/a.h": "// Large: one function a rule.\n" + members}
        self.assertEqual(run_on(check_sizes, files)[0], 0)


class Style(unittest.TestCase):
    def refused(self, name: str, text: str) -> None:
        status, said = run_on(check_style, {name: text})
        self.assertEqual(status, 1, f"{name}: {text!r} was accepted")
        self.assertIn(name, said)

    def accepted(self, name: str, text: str) -> None:
        status, said = run_on(check_style, {name: text})
        self.assertEqual(status, 0, said)

    def test_patterns(self) -> None:
        self.refused("src/base/a.cc", "co_spawn(x, f(), asio::detached);\n")
        self.refused("src/base/a.cc", "try {} catch (...) {}\n")
        self.accepted("src/loop/task_group.cc", "try {} catch (...) {}\n")
        self.refused("src/base/a.cc", "using namespace std;\n")
        self.accepted("src/base/a.cc", "using namespace std::chrono_literals;\nusing namespace std::literals;\n")
        self.refused("src/base/a_test.cc", "std::this_thread::sleep_for(1s);\n")
        self.accepted("src/base/a_test.cc", 'run("sleep 5");\nvoid asleep();\n')
        self.refused("src/base/a.cc", "spawn([this, x]() -> asio::awaitable<void> { co_return; });\n")
        self.accepted("src/base/a.cc", "spawn([](int x) -> asio::awaitable<void> { co_return; });\n")

    def test_comments_may_speak_of_what_code_must_not_do(self) -> None:
        self.accepted("src/base/a.cc", "// no asio::detached here, and no catch (...)\n")

    def test_todo_names_an_issue(self) -> None:
        self.refused("src/base/a.cc", "// TODO: later\n")
        self.accepted("src/base/a.cc", "// TODO(#12): later\n")

    def test_names_say_something(self) -> None:
        self.refused("src/base/string_util.h", "")
        self.refused("src/base/common/a.h", "")
        self.refused("src/base/job_manager_test.cc", "")
        self.accepted("src/base/utilisation.h", "")
        self.accepted("src/base/common_options.h", "")

    def test_heavy_headers_stay_in_their_room(self) -> None:
        heavy = {"src/loop/inner.h": "#include <boost/asio/post.hpp>\n", "src/loop/outer.h": '#include "loop/inner.h"\n',
                 "src/loop/asio_access.h": "#include <boost/asio/io_context.hpp>\n"}
        status, said = run_on(check_style, {**heavy, "src/wire/a.cc": '#include "loop/outer.h"\n'})
        self.assertEqual(status, 1)
        self.assertIn("src/wire/a.cc:1", said)
        status, said = run_on(check_style, {**heavy, "src/wire/a.cc": '#include "loop/asio_access.h"\n',
                                            "src/loop/b.cc": '#include "loop/outer.h"\n'})
        self.assertEqual(status, 0, said)


if __name__ == "__main__":
    unittest.main()
