"""Compares our template interpreter with Jinja2 itself on random templates.

    jinja.py DRIVER [--count N] [--seed N] [--case TEMPLATE]

Both must render the same text, or both must fail. A difference prints its seed, which `--seed N --count 1` repeats.
Ends with 77, CTest's skip, where Python has no jinja2.
"""

import argparse
import re
import signal
import struct
import subprocess
import sys
import warnings

from template_grammar import Grammar

try:
    import jinja2
    from jinja2.sandbox import SandboxedEnvironment
except ImportError:
    print("SKIPPED: there is no jinja2 for this Python")
    sys.exit(77)

# Where we differ on purpose: what would print an address is an error, complex numbers and bytes do not exist, batch()
# wants an integer, truncate() a string. Jinja also folds constants, which uses undefined values, or hides a wrong
# slice, before anybody asked for the result; and some of its releases let int() of an infinite float fail.
DELIBERATE = re.compile(r"is printed|complex|must be an integer|truncate\(\) needs a string|has no length|cannot be sliced")
FOLDED = re.compile(r"UndefinedError|OverflowError")


def variables():
    return dict(
        l=[3, 1, 2, 1], d={"b": 2, "a": 1}, s="Hello World", n=7, f=2.5, e=[], t=True, no=None,
        u="h\u00e9llo \u4e16\u754c \U0001F600",
        rows=[{"k": "x", "n": 2}, {"k": "y", "n": 1}, {"k": "x", "n": 3}],
        tree=[{"v": "a", "c": [{"v": "b", "c": []}]}, {"v": "z", "c": []}])


class TooSlow(Exception):
    pass


def on_alarm(_signal, _frame):
    raise TooSlow


ENVIRONMENT = SandboxedEnvironment(undefined=jinja2.StrictUndefined)


def expected(source):
    """('K', text), ('E', why), or None if Jinja takes too long."""
    signal.setitimer(signal.ITIMER_REAL, 1.0)
    try:
        return "K", ENVIRONMENT.from_string(source).render(**variables())
    except TooSlow:
        return None
    except Exception as error:  # whatever it is, ours must fail too
        return "E", f"{type(error).__name__}: {error}"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


class Driver:
    def __init__(self, path):
        self.process = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def render(self, source):
        data = source.encode()
        self.process.stdin.write(struct.pack("=I", len(data)) + data)
        self.process.stdin.flush()
        head = self.process.stdout.read(5)
        if len(head) < 5:
            raise SystemExit(f"the driver died of {source!r}")
        text = self.process.stdout.read(struct.unpack("=I", head[1:])[0])
        return chr(head[0]), text.decode("utf-8", "replace")


def agree(theirs, ours):
    if theirs is None or (theirs[0] == "E" and ours[0] == "E"):
        return True
    if theirs[0] == "E":
        return bool(FOLDED.match(theirs[1]))
    if ours[0] == "E":
        return bool(DELIBERATE.search(ours[1]))
    return theirs == ours


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("driver")
    parser.add_argument("--count", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--case")
    options = parser.parse_args()
    warnings.simplefilter("ignore", SyntaxWarning)
    signal.signal(signal.SIGALRM, on_alarm)

    driver = Driver(options.driver)
    seed, differences = options.seed, 0
    while True:
        source = options.case or Grammar(seed).template()
        theirs, ours = expected(source), driver.render(source)
        if not agree(theirs, ours):
            differences += 1
            print(f"seed {seed}: {source!r}\n  jinja {theirs}\n  ours  {ours}")
        seed += 1
        if options.case or seed >= options.seed + options.count or differences >= 20:
            break
    print(f"{seed - options.seed} templates, {differences} differences")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
