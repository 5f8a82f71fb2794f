"""What schemathesis knows of the two sites: state, credentials, and what to count. Read through schemathesis.toml.

Taken from the environment: BANK_URL, MERCHANT_KEY and MAIL_DIR, the folder with the bank's mails; SHOP_URL, where the shop
is the one that is tried; and SUMMARY, the file for what was counted.
"""

import atexit
import json
import os
import sys
import threading
import uuid
from collections import defaultdict
from pathlib import Path
from typing import Any

import schemathesis
from schemathesis.openapi.checks import RejectedPositiveData

sys.path.insert(0, str(Path(__file__).parent))
import prepared

BANK = os.environ["BANK_URL"]
MERCHANT = prepared.Api(BANK, os.environ["MERCHANT_KEY"])

customer = prepared.Customer.register(BANK)
# These operations end credentials: each those of a customer of its own, so that the rest goes on.
ending = {name: prepared.Customer.register(BANK) for name in ("changePassword", "changePin", "endSession", "logOut")}
examples: dict[str, prepared.Example] = {}


def operation_id(operation: Any) -> str:
    return str(operation.definition.raw["operationId"])


@schemathesis.hook
def before_load_schema(context: Any, raw_schema: dict[str, Any]) -> None:
    """Gives each operation the example with which it succeeds. They are tried as they stand, and varied."""
    if "SHOP_URL" in os.environ:
        examples.update(prepared.shop_examples(os.environ["SHOP_URL"], BANK))
    else:
        examples.update(prepared.bank_examples(BANK, MERCHANT, Path(os.environ["MAIL_DIR"]), customer, ending))
    for item in raw_schema["paths"].values():
        for operation in item.values():
            name = operation["operationId"]
            # It is counted even if it is never called.
            counts[name]
            example = examples.get(name, {})
            for parameter in operation.get("parameters", []):
                if parameter["name"] in example:
                    parameter.pop("examples", None)
                    parameter["example"] = example[parameter["name"]]
            for media in operation.get("requestBody", {}).get("content", {}).values():
                if "body" in example:
                    media.pop("examples", None)
                    media["example"] = example["body"]


@schemathesis.hook
def before_add_examples(context: Any, examples: list[Any]) -> None:
    """A key names one call: each example has its own."""
    for case in examples:
        if any(header.name == "Idempotency-Key" for header in case.operation.headers):
            case.headers["Idempotency-Key"] = str(uuid.uuid4())


def scheme(case: Any) -> str | None:
    listed = case.operation.definition.raw.get("security") or [{}]
    return next(iter(listed[0]), None)


# Nothing is kept: whether a token that may be ended is still good is not known.
@schemathesis.auth(refresh_interval=None)
class Credentials:
    """The key or token that the operation's security scheme asks for; none where it asks for none."""

    def get(self, case: Any, context: Any) -> str | None:
        if scheme(case) == "merchantKey":
            return MERCHANT.token
        if scheme(case) == "customerToken":
            ended = ending.get(operation_id(case.operation))
            if ended is not None:
                return prepared.log_in(BANK, ended.email, prepared.PASSWORD, prepared.NEW_PASSWORD)
            return customer.api.token
        return None

    def set(self, case: Any, data: str, context: Any) -> None:
        case.headers["Authorization"] = f"Bearer {data}"


# Why valid data may be refused all the same: rules that a JSON schema cannot say, by the `code` of the field.
RULES = {
    "amount-not-positive": "0.00 is an amount, but nothing to be paid",
    "amount-too-large": "the largest amount depends on the currency's decimals",
    "check-digits": "account numbers have check digits",
    "currency-not-offered": "the operator decides on currencies",
    "either-or": "exactly one of two members, or the one that fits the case",
    "missing": "nothing but spaces is nothing",
    "not-a-filter": "what can be filtered by, and how, is the catalogue's; a range counts up",
    "not-an-email": "a mailbox and a domain, as mailers take them",
    "not-text": "control characters are in no text",
    "password-too-short": "the operator decides how long a new one is",
    "not-offered": "the shop's operator decides on ways of shipping",
    "not-plain-text": "control characters are in no text",
    "own-account": "a payee is somebody else",
    "password-guessable": "neither the name nor the e-mail address, nor one that everybody has",
    "period-too-long": "days are bounded together",
    "pin-counts": "not 123456",
    "pin-in-account-number": "not a part of the account's number",
    "pin-is-date": "not a day",
    "pin-repeats": "not 111111",
    "same-account": "money goes from one account to another",
    "range-reversed": "the first day comes first",
    "too-many-decimals": "how many there are depends on the currency",
    "unknown-choice": "the shop's operator decides on ways of shipping",
}

counts: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
violations: dict[str, int] = defaultdict(int)
lock = threading.Lock()


@schemathesis.hook
def after_call(context: Any, case: Any, response: Any) -> None:
    with lock:
        counts[operation_id(case.operation)][response.status_code] += 1


@schemathesis.hook
def filter_failure(context: Any, failure: Any, case: Any, response: Any) -> bool:
    """Whether it is a violation of the contract; it is counted then."""
    why = ""
    if isinstance(failure, RejectedPositiveData) and response.status_code == 400:
        problem = response.json()
        # Its parameters are the keys of the catalogue's specifications, which no schema lists.
        if operation_id(case.operation) == "listProducts" and "has no" in problem["detail"]:
            return False
        fields = {field["code"]: field["field"] for field in problem.get("fields", [])}
        codes = fields or {problem["code"]: problem.get("field", problem["detail"])}
        # Cursors come from the page before.
        unknown = {code: field for code, field in codes.items() if code not in RULES and field != "cursor"}
        if not unknown:
            return False
        why = "".join(f"; {code}: {field}" for code, field in sorted(unknown.items()))
    with lock:
        violations[f"{operation_id(case.operation)} {response.status_code}: {failure.title}{why}"] += 1
    return True


def write_summary() -> None:
    calls = sum(sum(by_status.values()) for by_status in counts.values())
    errors = sum(number for by_status in counts.values() for status, number in by_status.items() if status >= 500)
    reached = [name for name, by_status in counts.items() if any(200 <= status < 300 for status in by_status)]
    lines = [
        f"cases: {calls}",
        f"operations covered with a 2xx: {len(reached)} of {len(counts)}",
        f"server errors: {errors}",
        f"contract violations: {sum(violations.values())}, {len(violations)} of them different",
        *(f"    {number} x {what}" for what, number in sorted(violations.items())),
        *(f"    never a 2xx: {name} {dict(counts[name])}" for name in counts if name not in reached),
        *(f"    no example in prepared.py: {name}" for name in counts if name not in examples),
    ]
    Path(os.environ["SUMMARY"]).write_text("\n".join(lines) + "\n")


atexit.register(write_summary)
