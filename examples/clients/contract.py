"""Finds what would break a client: compares the contracts with their released copies.

    python contract.py [--current openapi] [--released openapi/released] [--changelog CHANGELOG.md]

Each breaking change is a line with an id such as

    bank createPayment response 201 Payment.status enum-value-added held

A change of a schema that several operations use is listed once, with `*` for the operation and the status where these differ.
It is allowed if CHANGELOG.md names it: the id in backticks, in a section above the one of the released copy's version
(`info.version`), or under `## Unreleased`. There `*` may stand for any word. Exit code 1: something breaks and is not named.

Both sides of the contract count. What a client sends must still be taken: a bound that is tightened breaks it, and so does a
member that is gone, since both sites refuse members that they do not know. What it reads must still be promised: generated
clients fail on a value that an enum did not have. A schema's name, descriptions and examples may change; so may the
statuses and codes of errors, as long as the enum of codes has no new one.
"""

import argparse
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SITES = ("bank", "shop")
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
# Which way a bound has to move to refuse what was taken before.
LOWER_BOUNDS = ("minimum", "minLength", "minItems", "minProperties")
UPPER_BOUNDS = ("maximum", "maxLength", "maxItems", "maxProperties")
SWITCHES = ("exclusiveMinimum", "exclusiveMaximum", "uniqueItems")

Node = dict[str, Any]


@dataclass(frozen=True)
class Finding:
    """A breaking change. `where` is the operation and what of it, as words; `what` is the change itself."""

    site: str
    where: tuple[str, ...]
    what: tuple[str, ...]

    @property
    def id(self) -> str:
        return " ".join((self.site, *self.where, *self.what))


def word(value: object) -> str:
    """A value as one word of an id."""
    text = value if isinstance(value, str) else json.dumps(value)
    return re.sub(r"[\s`]+", "-", text) or '""'


class Comparison:
    """One site's released contract against its current one."""

    def __init__(self, site: str, old: Node, new: Node) -> None:
        self.site, self.old, self.new = site, old, new
        self.where: tuple[str, ...] = ()
        self.findings: dict[Finding, None] = {}

    def add(self, *what: object) -> None:
        self.findings[Finding(self.site, self.where, tuple(map(word, what)))] = None

    def run(self) -> list[Finding]:
        if self.old.get("servers") != self.new.get("servers"):
            self.add("servers-changed")
        self.security_schemes()
        current = {(path, method): operation for path, method, operation in operations(self.new)}
        for path, method, old in operations(self.old):
            name = old.get("operationId", f"{method.upper()} {path}")
            new = current.get((path, method))
            self.where = (name,)
            if new is None:
                self.add("operation-removed", method.upper(), path)
                continue
            if old.get("operationId") != new.get("operationId"):
                self.add("operation-id-changed", new.get("operationId", "none"))
            self.security(old, new)
            self.parameters(old, new, name)
            self.request_body(old, new, name)
            self.responses(old, new, name)
        return list(self.findings)

    def security_schemes(self) -> None:
        old, new = (root.get("components", {}).get("securitySchemes", {}) for root in (self.old, self.new))
        for name, scheme in old.items():
            facts = [{key: value for key, value in it.items() if key != "description"} for it in (scheme, new.get(name, {}))]
            # One that is gone breaks only where it was used: see `security`.
            if name in new and facts[0] != facts[1]:
                self.add("security-scheme-changed", name)

    def security(self, old: Node, new: Node) -> None:
        """Whatever was enough to be let in must still be."""

        def ways(root: Node, operation: Node) -> list[frozenset[str]]:
            listed: list[Node] = operation.get("security", root.get("security", [])) or []
            return [frozenset(way) for way in listed] or [frozenset()]

        current = ways(self.new, new)
        for way in ways(self.old, old):
            if not any(needed <= way for needed in current):
                self.add("security-added", *sorted({name for needed in current for name in needed - way}))

    def parameters(self, old: Node, new: Node, name: str) -> None:
        def listed(root: Node, operation: Node) -> dict[tuple[str, str], Node]:
            resolved = (resolve(root, parameter)[0] for parameter in operation.get("parameters", []))
            return {(it["in"], it["name"].lower() if it["in"] == "header" else it["name"]): it for it in resolved}

        before, after = listed(self.old, old), listed(self.new, new)
        self.where = (name, "parameter")
        for key, parameter in before.items():
            if key not in after:
                self.add(parameter["name"], "removed")
                continue
            now = after[key]
            if now.get("required") and not parameter.get("required"):
                self.add(parameter["name"], "required")
            if form(parameter) != form(now):
                self.add(parameter["name"], "style-changed")
            self.schema(parameter["schema"], now["schema"], parameter["name"], sent=True)
        for key in after.keys() - before.keys():
            if after[key].get("required"):
                self.add(after[key]["name"], "required-added")

    def request_body(self, old: Node, new: Node, name: str) -> None:
        before, after = (resolve(root, it.get("requestBody", {}))[0] for root, it in ((self.old, old), (self.new, new)))
        self.where = (name, "request")
        if before and not after:
            self.add("body-removed")
            return
        if after.get("required") and not before.get("required"):
            self.add("body-required")
        if before:
            self.content(before, after, sent=True)

    def responses(self, old: Node, new: Node, name: str) -> None:
        before, after = old["responses"], new["responses"]
        for status in before.keys() | after.keys():
            self.where = (name, "response", status)
            if status in before and status in after:
                self.response(resolve(self.old, before[status])[0], resolve(self.new, after[status])[0])
            elif status.startswith("2"):
                # Another kind of success is one that no client expects.
                self.add("status-removed" if status in before else "status-added")

    def response(self, old: Node, new: Node) -> None:
        self.content(old, new, sent=False)
        after = {name.lower(): header for name, header in new.get("headers", {}).items()}
        for name, header in old.get("headers", {}).items():
            before, now = resolve(self.old, header)[0], resolve(self.new, after.get(name.lower(), {}))[0]
            if name.lower() not in after:
                self.add(name, "header-removed")
            else:
                if before.get("required") and not now.get("required"):
                    self.add(name, "header-optional")
                self.schema(before.get("schema", {}), now.get("schema", {}), name, sent=False)

    def content(self, old: Node, new: Node, *, sent: bool) -> None:
        # The charset that is written with it is not what a media type is.
        before, after = ({essence(key): it for key, it in side.get("content", {}).items()} for side in (old, new))
        for media, it in before.items():
            if media not in after:
                self.add("media-type-removed", media)
            else:
                self.schema(it.get("schema", {}), after[media].get("schema", {}), media, sent=sent)

    def schema(
        self, old: Node, new: Node, place: str, *, sent: bool, open_: frozenset[tuple[str | None, str | None]] = frozenset()
    ) -> None:
        """Compares two schemas, of what clients send or of what they read. `place` names them in ids: an object by its own
        name, all else by the member that holds it. `open_`: those that are being compared, where a schema contains itself."""
        (before, old_name), (after, new_name) = resolve(self.old, old), resolve(self.new, new)
        names = (old_name, new_name)
        if names in open_:
            return
        if None not in names:
            open_ |= {names}
        if before.get("type") != after.get("type"):
            self.add(place, "type-changed", after.get("type", "none"))
            return
        if old_name is not None and before.get("type") == "object":
            place = old_name
        self.values(before, after, place, sent)
        for key in ("oneOf", "anyOf", "not"):
            if before.get(key) != after.get(key):
                self.add(place, f"{key}-changed")
        if "items" in before and "items" in after:
            self.schema(before["items"], after["items"], f"{place}[]", sent=sent, open_=open_)
        self.members(before, after, place, sent, open_)

    def values(self, old: Node, new: Node, place: str, sent: bool) -> None:
        """Which values there may be, apart from the members of objects."""
        if old.get("format") != new.get("format"):
            # It makes another type in generated clients, whichever way it changes.
            self.add(place, "format-changed", new.get("format", "none"))
        pattern = new.get("pattern")
        if old.get("pattern") != pattern and (pattern is not None if sent else "pattern" in old):
            self.add(place, "pattern-changed")
        if sent and old.get("nullable") and not new.get("nullable"):
            self.add(place, "null-refused")
        if not sent and new.get("nullable") and not old.get("nullable"):
            self.add(place, "null-added")
        before, after = old.get("enum"), new.get("enum")
        if sent and after is not None:
            if before is None:
                self.add(place, "enum-added")
            for value in before or []:
                if value not in after:
                    self.add(place, "enum-value-removed", value)
        if not sent and before is not None:
            if after is None:
                self.add(place, "enum-removed")
            for value in after or []:
                if value not in before:
                    self.add(place, "enum-value-added", value)
        if sent:
            for key in LOWER_BOUNDS:
                if key in new and (key not in old or new[key] > old[key]):
                    self.add(place, f"{key}-raised", new[key])
            for key in UPPER_BOUNDS:
                if key in new and (key not in old or new[key] < old[key]):
                    self.add(place, f"{key}-lowered", new[key])
            for key in SWITCHES:
                if new.get(key) and not old.get(key):
                    self.add(place, f"{key}-added")
            if "multipleOf" in new and old.get("multipleOf") != new["multipleOf"]:
                self.add(place, "multipleOf-changed", new["multipleOf"])

    def members(
        self, old: Node, new: Node, place: str, sent: bool, open_: frozenset[tuple[str | None, str | None]]
    ) -> None:
        before, after = old.get("properties", {}), new.get("properties", {})
        needed, now_needed = set(old.get("required", [])), set(new.get("required", []))
        for name in before:
            member = f"{place}.{name}"
            if name not in after:
                self.add(member, "removed")
                continue
            if sent and name in now_needed - needed:
                self.add(member, "required")
            if not sent and name in needed - now_needed:
                self.add(member, "optional")
            self.schema(before[name], after[name], member, sent=sent, open_=open_)
        if sent:
            for name in sorted(now_needed - before.keys()):
                self.add(f"{place}.{name}", "required-added")
        others, now = old.get("additionalProperties", True), new.get("additionalProperties", True)
        if others is not False and now is False and (sent or isinstance(others, dict)):
            self.add(f"{place}.*", "removed")
        elif isinstance(others, dict) and isinstance(now, dict):
            self.schema(others, now, f"{place}.*", sent=sent, open_=open_)
        elif isinstance(now if sent else others, dict) and (others if sent else now) is True:
            # Anything was taken and now something certain is, or something certain was promised and now anything comes.
            self.add(f"{place}.*", "type-changed")


def operations(root: Node) -> Iterator[tuple[str, str, Node]]:
    """Every operation; what its path says for all of them is handed down to it."""
    for path, item in root["paths"].items():
        for method in METHODS:
            if method in item:
                shared = item.get("parameters", [])
                yield path, method, {**item[method], "parameters": shared + item[method].get("parameters", [])}


def resolve(root: Node, node: Node) -> tuple[Node, str | None]:
    """A node without references, and the name that it has. Members of an `allOf` are laid together."""
    name = None
    while "$ref" in node:
        name = node["$ref"].rsplit("/", 1)[1]
        found = root
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step.replace("~1", "/").replace("~0", "~")]
        node = found
    if "allOf" in node:
        parts = [resolve(root, part) for part in node["allOf"]] + [({k: v for k, v in node.items() if k != "allOf"}, None)]
        whole: Node = {}
        for part, _ in parts:
            properties = {**whole.get("properties", {}), **part.get("properties", {})}
            required = whole.get("required", []) + part.get("required", [])
            whole = {**whole, **part}
            if properties:
                whole |= {"properties": properties, "required": required}
        of_parts = [part_name for _, part_name in parts if part_name is not None]
        if name is None and len(of_parts) == 1:
            name = of_parts[0]
        node = whole
    return node, name


def essence(media: str) -> str:
    return media.partition(";")[0].strip().lower()


def form(parameter: Node) -> tuple[str, bool]:
    """How a parameter is written, with what OpenAPI says where nothing is said."""
    style = parameter.get("style", "form" if parameter["in"] in ("query", "cookie") else "simple")
    schema = parameter.get("schema", {})
    # For single values there is nothing to explode.
    exploding = parameter.get("explode", style == "form") if schema.get("type") in ("array", "object") else False
    return style, exploding


def grouped(findings: list[Finding]) -> list[str]:
    """The ids; one change that is seen at several operations or statuses is one id, with `*` where these differ."""
    same: dict[tuple[object, ...], list[Finding]] = defaultdict(list)
    for finding in findings:
        same[finding.site, len(finding.where), finding.where[1:2], finding.what].append(finding)
    ids = []
    for group in same.values():
        words = [seen.pop() if len(seen) == 1 else "*" for seen in map(set, zip(*(it.where for it in group), strict=True))]
        ids.append(Finding(group[0].site, tuple(words), group[0].what).id)
    return sorted(ids)


def named(changelog: str, released_version: str) -> list[str]:
    """What the changelog says in backticks about the time since that version."""
    sections = re.split(r"^## +", changelog, flags=re.MULTILINE)[1:]
    versions = [re.split(r"[\s\]]", section.lstrip("["))[0] for section in sections]
    if released_version in versions:
        sections = sections[: versions.index(released_version)]
    else:
        sections = [section for section, version in zip(sections, versions, strict=True) if version.lower() == "unreleased"]
    return [name for section in sections for name in re.findall(r"`([^`\n]+)`", section)]


def is_named(id_: str, names: list[str]) -> bool:
    """Whether one of the names is this id; `*` in a name stands for any word."""
    words = id_.split(" ")
    candidates = (name.split() for name in names)
    return any(len(it) == len(words) and all(n in ("*", w) for n, w in zip(it, words, strict=True)) for it in candidates)


def main(arguments: list[str]) -> int:
    root = Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description="Finds changes of the contracts that break clients.")
    parser.add_argument("--current", type=Path, default=root / "openapi")
    parser.add_argument("--released", type=Path, default=root / "openapi" / "released")
    parser.add_argument("--changelog", type=Path, default=root / "CHANGELOG.md")
    options = parser.parse_args(arguments)

    missing = []
    breaking = 0
    for site in SITES:
        old, new = (json.loads((folder / f"{site}.json").read_text()) for folder in (options.released, options.current))
        ids = grouped(Comparison(site, old, new).run())
        breaking += len(ids)
        names = named(options.changelog.read_text(), old["info"]["version"]) if ids else []
        missing += [id_ for id_ in ids if not is_named(id_, names)]
    if missing:
        print(f"These {len(missing)} changes break clients, and {options.changelog.name} does not name them:", file=sys.stderr)
        print("\n".join(missing))
        return 1
    print(f"nothing breaks clients but what is named: {breaking} breaking changes since the released contracts")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except FileNotFoundError as error:
        sys.exit(f"contract.py: there is no {error.filename}")
