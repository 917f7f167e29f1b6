"""`sennit schema`: what editors are given. tests/differential/schema.py compares it with the reader."""

import json
import unittest

from harness import SennitTest


class JsonSchema(SennitTest):
    """Both formats, under all their names."""

    def schema(self, name: str) -> dict:
        return json.loads(self.ok("schema", name).out)

    def test_both_formats(self) -> None:
        for names, field in ((("osmo", "tasks"), "workflow"), (("oumi", "jobs"), "jobs")):
            schema = self.schema(names[0])
            self.assertEqual(schema["$schema"], "https://json-schema.org/draft/2020-12/schema")
            self.assertIn(field, schema["required"])
            self.assertEqual(schema, self.schema(names[1]))

    def test_every_field_is_explained(self) -> None:
        def check(schema: dict, path: str) -> None:
            for name, field in schema.get("properties", {}).items():
                if "minItems" in field and len(field) == 1:
                    continue  # a condition, not a field
                self.assertRegex(field.get("description", ""), r"[.;]$|[.;] ", f"{path}/{name}")
            for key, value in schema.items():
                for item in value if isinstance(value, list) else [value]:
                    if isinstance(item, dict):
                        check(item, f"{path}/{key}")

        for name in ("osmo", "oumi"):
            check(self.schema(name), name)

    def test_every_reference_leads_somewhere(self) -> None:
        for name in ("osmo", "oumi"):
            text = self.ok("schema", name).out
            definitions = set(json.loads(text)["$defs"])
            used = {part.split('"')[0] for part in text.split("#/$defs/")[1:]}
            self.assertEqual(used, definitions)

    def test_no_such_format(self) -> None:
        result = self.sennit("schema", "osmoo")
        self.assertEqual(result.code, 2, result)
        self.assertIn("did you mean 'osmo'?", result.err)


if __name__ == "__main__":
    unittest.main()
