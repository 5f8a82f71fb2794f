"""Whether contract.py finds what breaks clients: each kind of change is planted, and so is each that breaks nobody.

    python -m unittest discover --start-directory examples/clients
"""

import contextlib
import copy
import io
import json
import tempfile
import unittest
from collections.abc import Callable
from pathlib import Path

import contract

Plant = Callable[[contract.Node], object]


def ref(name: str) -> contract.Node:
    return {"$ref": f"#/components/schemas/{name}"}


def answer(name: str) -> contract.Node:
    return {"description": "", "content": {"application/json; charset=utf-8": {"schema": ref(name)}}}


def problem() -> contract.Node:
    content = {"application/problem+json": {"schema": ref("Problem")}}
    return {"description": "", "content": content, "x-problem-codes": ["not-found"]}


CONTRACT: contract.Node = {
    "openapi": "3.0.3",
    "info": {"title": "Bank", "version": "1.0"},
    "servers": [{"url": "/api/v1"}],
    "paths": {
        "/payments": {
            "post": {
                "operationId": "createPayment",
                "security": [{"merchantKey": []}],
                "parameters": [
                    {"name": "Idempotency-Key", "in": "header", "required": True, "schema": {"type": "string", "maxLength": 64}},
                ],
                "requestBody": {"content": {"application/json": {"schema": ref("NewPayment")}}, "required": True},
                "responses": {
                    "201": {
                        **answer("Payment"),
                        "headers": {"Location": {"required": True, "schema": {"type": "string"}}},
                    },
                    "404": problem(),
                },
            },
            "get": {
                "operationId": "listPayments",
                "security": [],
                "parameters": [
                    {"name": "status", "in": "query", "schema": ref("PaymentStatus")},
                    {"name": "tag", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
                    {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 200}},
                ],
                "responses": {"200": answer("PaymentPage"), "404": problem()},
            },
        },
        "/payments/{id}/capture": {
            "post": {
                "operationId": "capturePayment",
                "security": [{"merchantKey": []}],
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
                "requestBody": {"content": {"application/json": {"schema": ref("NewCapture")}}},
                "responses": {"200": answer("Payment")},
            }
        },
    },
    "components": {
        "securitySchemes": {"merchantKey": {"type": "http", "scheme": "bearer"}},
        "schemas": {
            "CaptureMode": {"type": "string", "enum": ["immediate", "manual"]},
            "NewCapture": {"type": "object", "properties": {"final": {"type": "boolean", "nullable": True}}},
            "NewPayment": {
                "type": "object",
                "required": ["amount"],
                "properties": {
                    "amount": {"type": "string", "pattern": "^[0-9.]+$", "minLength": 1},
                    "capture": {"allOf": [ref("CaptureMode")], "description": "When."},
                    "reference": {"type": "string", "nullable": True},
                },
            },
            "Payment": {
                "type": "object",
                "required": ["status", "amount"],
                "properties": {
                    "status": {"allOf": [ref("PaymentStatus")], "description": "Where it stands."},
                    "amount": {"type": "string", "pattern": "^[0-9.]+$"},
                    "created_at": {"type": "string", "format": "date-time"},
                    "facts": {"type": "object", "additionalProperties": {"type": "string"}},
                    "refund_of": {"allOf": [ref("Payment")]},
                },
            },
            "PaymentPage": {"type": "object", "properties": {"payments": {"type": "array", "items": ref("Payment")}}},
            "PaymentStatus": {"type": "string", "enum": ["authorized", "captured"]},
            "Problem": {"type": "object", "required": ["code"], "properties": {"code": {"allOf": [ref("ProblemCode")]}}},
            "ProblemCode": {"type": "string", "enum": ["not-found", "in-flight"]},
        },
    },
}


def operation(root: contract.Node, name: str) -> contract.Node:
    return next(it for item in root["paths"].values() for it in item.values() if it["operationId"] == name)


def schema(root: contract.Node, name: str) -> contract.Node:
    found: contract.Node = root["components"]["schemas"][name]
    return found


def member(root: contract.Node, name: str, of: str) -> contract.Node:
    found: contract.Node = schema(root, name)["properties"][of]
    return found


def created(root: contract.Node) -> contract.Node:
    found: contract.Node = operation(root, "createPayment")["responses"]["201"]
    return found


def rename_status(root: contract.Node) -> None:
    responses = operation(root, "createPayment")["responses"]
    responses["200"] = responses.pop("201")


BREAKING: list[tuple[str, Plant, list[str]]] = [
    ("a path is removed", lambda r: r["paths"].pop("/payments/{id}/capture"),
     ["capturePayment operation-removed POST /payments/{id}/capture"]),
    ("an operation is removed", lambda r: r["paths"]["/payments"].pop("get"),
     ["listPayments operation-removed GET /payments"]),
    ("an operation is called otherwise", lambda r: operation(r, "createPayment").update(operationId="pay"),
     ["createPayment operation-id-changed pay"]),
    ("the API is somewhere else", lambda r: r.update(servers=[{"url": "/api/v2"}]), ["servers-changed"]),
    # What is asked of a client.
    ("a parameter is added that is required",
     lambda r: operation(r, "listPayments")["parameters"].append(
         {"name": "day", "in": "query", "required": True, "schema": {"type": "string"}}),
     ["listPayments parameter day required-added"]),
    ("a parameter becomes required", lambda r: operation(r, "listPayments")["parameters"][2].update(required=True),
     ["listPayments parameter limit required"]),
    ("a parameter is removed", lambda r: operation(r, "listPayments")["parameters"].pop(),
     ["listPayments parameter limit removed"]),
    ("a parameter is written otherwise", lambda r: operation(r, "listPayments")["parameters"][1].update(explode=False),
     ["listPayments parameter tag style-changed"]),
    ("a parameter's bound is tightened",
     lambda r: operation(r, "listPayments")["parameters"][2]["schema"].update(minimum=2, maximum=100),
     ["listPayments parameter limit maximum-lowered 100", "listPayments parameter limit minimum-raised 2"]),
    ("a body becomes required", lambda r: operation(r, "capturePayment")["requestBody"].update(required=True),
     ["capturePayment request body-required"]),
    ("a body is no longer taken", lambda r: operation(r, "capturePayment").pop("requestBody"),
     ["capturePayment request body-removed"]),
    ("a body's media type is no longer taken",
     lambda r: operation(r, "capturePayment")["requestBody"].update(content={"text/plain": {"schema": ref("NewCapture")}}),
     ["capturePayment request media-type-removed application/json"]),
    ("a member is added that is required",
     lambda r: (schema(r, "NewPayment")["properties"].update(pin={"type": "string"}),
                schema(r, "NewPayment")["required"].append("pin")),
     ["createPayment request NewPayment.pin required-added"]),
    ("a member becomes required", lambda r: schema(r, "NewPayment")["required"].append("reference"),
     ["createPayment request NewPayment.reference required"]),
    ("a member is no longer taken", lambda r: schema(r, "NewPayment")["properties"].pop("reference"),
     ["createPayment request NewPayment.reference removed"]),
    ("further members are no longer taken", lambda r: schema(r, "NewPayment").update(additionalProperties=False),
     ["createPayment request NewPayment.* removed"]),
    ("null is no longer taken", lambda r: member(r, "NewPayment", "reference").pop("nullable"),
     ["createPayment request NewPayment.reference null-refused"]),
    ("a value is no longer taken", lambda r: schema(r, "CaptureMode")["enum"].remove("manual"),
     ["createPayment request NewPayment.capture enum-value-removed manual"]),
    ("only some values are taken", lambda r: member(r, "NewPayment", "reference").update(enum=["a"]),
     ["createPayment request NewPayment.reference enum-added"]),
    ("lengths are bounded", lambda r: member(r, "NewPayment", "amount").update(minLength=2, maxLength=9),
     ["createPayment request NewPayment.amount maxLength-lowered 9",
      "createPayment request NewPayment.amount minLength-raised 2"]),
    ("what is sent has another pattern", lambda r: member(r, "NewPayment", "amount").update(pattern="^[0-9]+$"),
     ["createPayment request NewPayment.amount pattern-changed"]),
    ("what is sent gets a format", lambda r: member(r, "NewPayment", "amount").update(format="decimal"),
     ["createPayment request NewPayment.amount format-changed decimal"]),
    ("what is sent has another type", lambda r: member(r, "NewPayment", "amount").update(type="number"),
     ["createPayment request NewPayment.amount type-changed number"]),
    # What a client reads.
    ("a member is not answered", lambda r: schema(r, "Payment")["properties"].pop("created_at"),
     ["* response * Payment.created_at removed"]),
    ("a member becomes optional", lambda r: schema(r, "Payment")["required"].remove("amount"),
     ["* response * Payment.amount optional"]),
    ("what is read has another type", lambda r: member(r, "Payment", "amount").update(type="number"),
     ["* response * Payment.amount type-changed number"]),
    ("what is read loses its format", lambda r: member(r, "Payment", "created_at").pop("format"),
     ["* response * Payment.created_at format-changed none"]),
    ("what is read has another pattern", lambda r: member(r, "Payment", "amount").update(pattern=".*"),
     ["* response * Payment.amount pattern-changed"]),
    ("what is read may be null", lambda r: member(r, "Payment", "amount").update(nullable=True),
     ["* response * Payment.amount null-added"]),
    ("what a map holds has another type",
     lambda r: member(r, "Payment", "facts").update(additionalProperties={"type": "number"}),
     ["* response * Payment.facts.* type-changed number"]),
    ("a list holds something else",
     lambda r: member(r, "PaymentPage", "payments").update(items={"type": "string"}),
     ["listPayments response 200 PaymentPage.payments[] type-changed string"]),
    ("a value is added that a client may read", lambda r: schema(r, "PaymentStatus")["enum"].append("held"),
     ["* response * Payment.status enum-value-added held"]),
    ("any text may be read", lambda r: schema(r, "PaymentStatus").pop("enum"),
     ["* response * Payment.status enum-removed"]),
    ("a value is removed that a client may send, too", lambda r: schema(r, "PaymentStatus")["enum"].remove("captured"),
     ["listPayments parameter status enum-value-removed captured"]),
    ("another code of problems", lambda r: schema(r, "ProblemCode")["enum"].append("too-early"),
     ["* response 404 Problem.code enum-value-added too-early"]),
    ("success has another status", rename_status,
     ["createPayment response 200 status-added", "createPayment response 201 status-removed"]),
    ("a media type is not answered", lambda r: created(r).update(content={"text/plain": {"schema": {"type": "string"}}}),
     ["createPayment response 201 media-type-removed application/json"]),
    ("a header is not answered", lambda r: created(r).pop("headers"),
     ["createPayment response 201 Location header-removed"]),
    ("a header becomes optional", lambda r: created(r)["headers"]["Location"].pop("required"),
     ["createPayment response 201 Location header-optional"]),
    ("a key is asked for", lambda r: operation(r, "listPayments").update(security=[{"merchantKey": []}]),
     ["listPayments security-added merchantKey"]),
    ("a key is sent otherwise", lambda r: r["components"]["securitySchemes"]["merchantKey"].update(scheme="basic"),
     ["security-scheme-changed merchantKey"]),
]

HARMLESS: list[tuple[str, Plant]] = [
    ("nothing", lambda r: None),
    ("an operation is added", lambda r: r["paths"].update({"/me": {"get": {"operationId": "getMe", "responses": {}}}})),
    ("an optional parameter is added",
     lambda r: operation(r, "listPayments")["parameters"].append({"name": "a", "in": "query", "schema": {"type": "string"}})),
    ("a single value is not exploded", lambda r: operation(r, "listPayments")["parameters"][2].update(explode=False)),
    ("an optional member is taken", lambda r: schema(r, "NewPayment")["properties"].update(a={"type": "string"})),
    ("a further value is taken", lambda r: schema(r, "CaptureMode")["enum"].append("later")),
    ("a bound is loosened", lambda r: member(r, "NewPayment", "amount").pop("minLength")),
    ("a pattern is not asked for", lambda r: member(r, "NewPayment", "amount").pop("pattern")),
    ("a further member is answered", lambda r: schema(r, "Payment")["properties"].update(a={"type": "string"})),
    ("a member is always answered", lambda r: schema(r, "Payment")["required"].append("created_at")),
    ("a pattern is promised", lambda r: member(r, "Payment", "created_at").update(pattern="^2")),
    ("an error has a further status", lambda r: operation(r, "createPayment")["responses"].update({"409": problem()})),
    ("an error has one status less", lambda r: operation(r, "createPayment")["responses"].pop("404")),
    ("an error has a further code that was known",
     lambda r: operation(r, "createPayment")["responses"]["404"]["x-problem-codes"].append("in-flight")),
    ("a header is added", lambda r: created(r)["headers"].update({"ETag": {"schema": {"type": "string"}}})),
    ("a media type is written without its charset",
     lambda r: created(r).update(content={"application/json": {"schema": ref("Payment")}})),
    ("nobody is asked for a key", lambda r: operation(r, "createPayment").update(security=[])),
    ("a schema has another name",
     lambda r: (r["components"]["schemas"].update(Mode=schema(r, "CaptureMode")),
                member(r, "NewPayment", "capture").update(allOf=[ref("Mode")]))),
    ("words are changed", lambda r: member(r, "Payment", "amount").update(description="How much.", example="1.00")),
]


def found(plant: Plant) -> list[str]:
    changed = copy.deepcopy(CONTRACT)
    plant(changed)
    return contract.grouped(contract.Comparison("bank", CONTRACT, changed).run())


class Contract(unittest.TestCase):
    def test_what_breaks_is_found(self) -> None:
        for what, plant, ids in BREAKING:
            with self.subTest(what):
                self.assertEqual(found(plant), [f"bank {id_}" for id_ in ids])

    def test_what_breaks_nobody_is_not(self) -> None:
        for what, plant in HARMLESS:
            with self.subTest(what):
                self.assertEqual(found(plant), [])

    def test_only_the_time_since_the_release_counts(self) -> None:
        changelog = "# Changes\n\n`zero`\n\n## Unreleased\n\n- `one` and `two`\n\n## [1.1] – today\n\n- `three`\n\n## 1.0\n\n- `four`\n"
        self.assertEqual(contract.named(changelog, "1.0"), ["one", "two", "three"])
        self.assertEqual(contract.named(changelog, "1.1"), ["one", "two"])
        self.assertEqual(contract.named(changelog, "0.9"), ["one", "two"])

    def test_a_name_may_have_stars(self) -> None:
        id_ = "bank createPayment response 201 Payment.status enum-value-added held"
        self.assertTrue(contract.is_named(id_, [id_]))
        self.assertTrue(contract.is_named(id_, ["bank * response * Payment.status enum-value-added held"]))
        for other in (id_ + " more", "bank *", id_.replace("held", "gone")):
            self.assertFalse(contract.is_named(id_, [other]))

    def test_the_program(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "released").mkdir()
            changed = copy.deepcopy(CONTRACT)
            schema(changed, "PaymentStatus")["enum"].append("held")
            for site in contract.SITES:
                (root / f"released/{site}.json").write_text(json.dumps(CONTRACT))
                (root / f"{site}.json").write_text(json.dumps(CONTRACT))
            changelog = root / "CHANGELOG.md"
            changelog.write_text("## Unreleased\n")
            arguments = ["--current", folder, "--released", str(root / "released"), "--changelog", str(changelog)]

            def run() -> tuple[int, list[str]]:
                said = io.StringIO()
                with contextlib.redirect_stdout(said), contextlib.redirect_stderr(io.StringIO()):
                    return contract.main(arguments), said.getvalue().splitlines()

            status, said = run()
            self.assertEqual((status, len(said)), (0, 1))
            (root / "shop.json").write_text(json.dumps(changed))
            id_ = "shop * response * Payment.status enum-value-added held"
            self.assertEqual(run(), (1, [id_]))
            changelog.write_text(f"## Unreleased\n\n- Payments can be held: `{id_}`.\n\n## 1.0\n")
            status, said = run()
            self.assertEqual((status, len(said)), (0, 1))
            changelog.write_text(f"## Unreleased\n\n## 1.0\n\n- Payments can be held: `{id_}`.\n")
            self.assertEqual(run(), (1, [id_]))


if __name__ == "__main__":
    unittest.main()
