"""Compares the JSON Schema that editors get with the reader that has the last word.

    schema.py DRIVER

What the program accepts the schema must accept; what the program refuses because of its shape (an unknown or missing
field, a value of the wrong type or not one of the allowed ones) the schema must refuse. Tried with the recorded files
of OSMO, and with files that have every field, each of whose values is replaced by every odd one, left out or joined by
one of a wrong name.

Ends with 77, CTest's skip, where Python has no jsonschema or no yaml.
"""

import argparse
import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

try:
    import jsonschema
    import yaml
except ImportError as missing:
    print(f"SKIPPED: {missing}")
    sys.exit(77)

HERE = Path(__file__).resolve().parent
VECTORS = HERE.parent / "conformance" / "spec.jsonl"
# unknown field, missing field, wrong type, not one of the allowed values
SHAPE = {"SN201", "SN202", "SN203", "SN204"}

ALL_TASKS = """
version: 2
default-values: {unused: 1}
workflow:
  name: all-fields
  labels: {team: vision, a.b/c: d}
  timeout: {exec_timeout: 8h, queue_timeout: 600}
  resources:
    default: {cpu: 2, gpu: 1, memory: 4Gi, storage: 10Gi, platform: p, nodesExcluded: [n1, 7]}
    near: {topology: [{key: rack, group: g, requirementType: preferred}]}
  pool: local
  backend: b
  groups:
  - name: first
    tasks:
    - {name: make, image: "alpine:3", command: [sh, -c], args: ["date", 3, 2.5]}
  - name: second
    barrier: true
    ignoreNonleadStatus: false
    tasks:
    - name: head
      lead: true
      resource: default
      image: alpine:3
      command: [sh, /tmp/run.sh]
      environment: {PEER: x, N: 3, B: true, F: 1.5}
      inputs:
      - {task: make, regex: ".*[.]txt$"}
      - {url: "s3://b/in"}
      - {dataset: {name: d, regex: x, path: y, localpath: z}}
      outputs:
      - {url: "s3://b/out", regex: a}
      - {dataset: {name: e, path: x, regex: y, metadata: [m], labels: [l]}}
      - {update_dataset: {name: f, paths: [p]}}
      files:
      - {path: /tmp/run.sh, contents: "cat x", base64: false}
      - {path: /tmp/other, localpath: there}
      credentials: {c1: /creds, c2: {TOKEN: key}, c3: 5}
      exitActions: {COMPLETE: 0, RESCHEDULE: "3,10-20", fail: 2, RESTART: 7}
      checkpoint: [{path: /ck, url: "s3://b/ck", frequency: 5m, regex: x}]
      kpis: [{index: i, path: p}]
      privileged: false
      hostNetwork: false
      volumeMounts: [/mnt, "/a:/b"]
      downloadType: download
      cacheSize: 50%
      resources: {}
      backend: x
    - {name: tail, image: "alpine:3", command: [sleep, "60"]}
"""

SINGLE_TASKS = """
workflow:
  name: w
  tasks:
  - {name: a, image: "alpine:3", command: [run]}
  - {name: b, image: "alpine:3", command: [run], inputs: [{task: a}]}
  groups: []
"""

ALL_JOBS = """
name: all-fields
description: everything
resources:
  gpus: [0, 1]
  max_parallel: 2
  allocation: fixed
  mode: local
  remote: [{name: cluster, cluster: c, gpus: 3, max_jobs: 2}]
  local_gpus: [0, 1]
  cost_per_gpu_hour: 1.5
env: {A: x, B: 3, C: true, D: 1.5}
output_dir: ./out
workdir: .
tui: true
timeout: 1h30m
jobs:
- name: train
  verb: train
  config: c.yaml
  resources: {gpu: auto, cpus: 2, memory: 4Gi}
  args: [--a, "b.c=1", 3, true]
  env: {A: y}
  workdir: ./there
  max_retries: 2
  retry_delay: 30
  retry_backoff: 1.5
  retry_max_delay: 5m
  timeout: 7200
- name: test
  verb: evaluate
  config: c.yaml
  depends_on: [train]
  resources: {gpus: [0, 1]}
"""

ODD: List[Any] = [None, True, False, 0, 1, 3, -1, 2.5, 4.0, "", "text", "7", "1.0", "yes", "on", "T", "5m", "-5h", "PT1H",
                  "4Gi", "4gi", "1,5-9", "auto", "dynamic", "download", "s3://a/b", "required", "A b", [], [1], ["x"],
                  [None], [[]], {}, {"a": "b"}, {"a": None}, {"name": "x"}]


class Side:
    """One of the formats: its schema, and the program."""

    def __init__(self, driver: str, dialect: str) -> None:
        said = subprocess.run([driver, "--schema", dialect], check=True, stdout=subprocess.PIPE, text=True).stdout
        self.schema = json.loads(said)
        jsonschema.Draft202012Validator.check_schema(self.schema)
        self.validator = jsonschema.Draft202012Validator(self.schema)
        self.driver = driver

    def program(self, texts: List[str]) -> List[Dict[str, Any]]:
        lines = "".join(json.dumps({"text": text}) + "\n" for text in texts)
        done = subprocess.run([self.driver], input=lines, check=True, stdout=subprocess.PIPE, text=True)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def why_not(self, value: Any) -> str:
        errors = sorted(self.validator.iter_errors(value), key=lambda error: list(map(str, error.path)))
        return "; ".join(f"{'/'.join(map(str, e.path))}: {e.message}" for e in errors[:3])


def with_text_keys(value: Any) -> Any:
    """JSON's maps have texts for keys, and so has an editor's view of YAML."""
    if isinstance(value, dict):
        return {str(key): with_text_keys(item) for key, item in value.items()}
    if isinstance(value, list):
        return [with_text_keys(item) for item in value]
    return value.decode("latin-1") if isinstance(value, bytes) else value  # !!binary


def places(value: Any, path: Tuple = ()) -> Iterator[Tuple]:
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else []
    for key, item in items:
        yield from places(item, path + (key,))


def parent_of(document: Any, path: Tuple) -> Any:
    for key in path[:-1]:
        document = document[key]
    return document


def variants(document: Any) -> Iterator[Tuple[str, Any]]:
    """The document, and all that are a step away from it."""
    yield "as it is", document
    for path in places(document):
        if not path:
            continue
        shown = "/".join(map(str, path))
        for odd in ODD:
            changed = copy.deepcopy(document)
            parent_of(changed, path)[path[-1]] = odd
            yield f"{shown} = {odd!r}", changed
        removed = copy.deepcopy(document)
        del parent_of(removed, path)[path[-1]]
        yield f"{shown} removed", removed
        here = parent_of(document, path)[path[-1]]
        if isinstance(here, dict):
            added = copy.deepcopy(document)
            parent_of(added, path)[path[-1]]["wrongName"] = 1
            yield f"{shown} + wrongName", added


def compare(side: Side, cases: List[Tuple[str, str, Any]], known: Dict[str, str]) -> List[str]:
    """Of (name, text, value); what is wrong, a line each."""
    wrong = []
    seen = set()
    for (name, _, value), answer in zip(cases, side.program([text for _, text, _ in cases])):
        against = side.why_not(value)
        problem = ""
        if answer["ok"] and against:
            problem = f"accepted, and refused by the schema: {against}"
        if not answer["ok"] and SHAPE & set(answer["codes"]) and not against:
            problem = f"refused with {' '.join(answer['codes'])}, and accepted by the schema"
        if problem and name in known:
            seen.add(name)
        elif problem:
            wrong.append(f"{name}: {problem}")
    wrong.extend(f"{name} is listed as a difference ({known[name]}) and is none" for name in sorted(set(known) - seen))
    return wrong


def recorded() -> Iterator[Tuple[str, str, Any]]:
    for line in VECTORS.read_text(encoding="utf-8").splitlines():
        vector = json.loads(line)
        text = vector["input"]["text"]
        templated = any(mark in text for mark in ("{{", "{%", "{#"))
        if templated or vector["input"].get("set") or vector["input"].get("set_string"):
            continue
        try:
            value = yaml.safe_load(text)
        except (yaml.YAMLError, ValueError):
            continue
        yield f"{vector['id']} ({vector['note']})", text, with_text_keys(value)


def dumped(document: Any) -> str:
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True)


def made(*sources: str) -> List[Tuple[str, str, Any]]:
    return [(name, dumped(value), with_text_keys(value))
            for source in sources for name, value in variants(yaml.safe_load(source))]


# What a schema cannot see.
KNOWN_RECORDED = {
    "spec-resource-109 (number as the entry name)": "an editor takes every key for text",
}


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("driver")
    options = parser.parse_args()
    tasks, jobs = Side(options.driver, "tasks"), Side(options.driver, "jobs")
    vectors = list(recorded())
    print(f"{len(vectors)} recorded files compared")
    wrong = compare(tasks, vectors, KNOWN_RECORDED)
    for side, cases in ((tasks, made(ALL_TASKS, SINGLE_TASKS)), (jobs, made(ALL_JOBS))):
        good = [case for case in cases if case[0] == "as it is"]
        answers = side.program([text for _, text, _ in good])
        wrong += [f"{answer}: the file with all fields is refused" for answer in answers if not answer["ok"]]
        wrong += compare(side, cases, {})
        print(f"{len(cases)} files compared")
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
