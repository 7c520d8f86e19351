"""Makes src/agent_management/models.py of the service's OpenAPI document.

    python3 generate.py http://localhost:8080/openapi/v1.json > src/agent_management/models.py
"""

import json
import keyword
import sys
import urllib.request
from typing import Any, cast

Schema = dict[str, Any]

PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}


class Models:
    """The classes that were made, inner ones before those that have them."""

    def __init__(self, schemas: dict[str, Schema]) -> None:
        self.schemas = schemas
        self.lines: list[str] = []

    def make_all(self) -> str:
        for name, schema in sorted(self.schemas.items()):
            self.define(name, schema)
        return "\n".join(self.lines)

    def define(self, name: str, schema: Schema) -> None:
        if "properties" in schema:
            self.define_object(name, schema)
        else:
            self.lines += ["", f"{name} = {self.type_of(name, schema)}"]

    def define_object(self, name: str, schema: Schema) -> None:
        required = set(schema.get("required", []))
        members = {member: self.type_of(name + member[0].upper() + member[1:], each) for member, each in schema["properties"].items()}
        told = {member: kind if member in required else f"NotRequired[{kind}]" for member, kind in members.items()}
        if all(member.isidentifier() and not keyword.iskeyword(member) for member in told):
            self.lines += ["", "", f"class {name}(TypedDict):"]
            if "description" in schema:
                self.lines += [f"    {quoted(schema['description'])}", ""]
            for member, kind in told.items():
                self.lines.append(f"    {member}: {kind}")
                if description := schema["properties"][member].get("description"):
                    self.lines.append(f"    {quoted(description)}")
        else:
            self.lines += ["", "", f'{name} = TypedDict("{name}", {{']
            self.lines += [f'    "{member}": {kind!r},' for member, kind in told.items()] + ["})"]

    def type_of(self, name: str, schema: Schema) -> str:
        if "$ref" in schema:
            return f'"{schema["$ref"].rsplit("/", 1)[1]}"'
        if "enum" in schema:
            return "Literal[" + ", ".join(repr(word) for word in schema["enum"]) + "]"
        for choice in ("oneOf", "anyOf"):
            if choice in schema:
                return union(self.type_of(name, each) for each in schema[choice])
        types: Any = schema.get("type", "any")
        several: list[str] = types if isinstance(types, list) else [types]
        return union(self.plain_type_of(name, each, schema) for each in several)

    def plain_type_of(self, name: str, plain: str, schema: Schema) -> str:
        if plain == "array":
            return f"list[{self.type_of(name + 'Item', schema['items'])}]" if "items" in schema else "list[Any]"
        if plain == "object" and "properties" in schema:
            self.define_object(name, schema)
            return f'"{name}"'
        if plain == "object":
            values: Any = schema.get("additionalProperties")
            is_typed = isinstance(values, dict) and len(cast(Schema, values)) > 0
            return f"dict[str, {self.type_of(name + 'Value', values) if is_typed else 'Any'}]"
        return PLAIN.get(plain, "Any")


def union(types: Any) -> str:
    """Null is told last."""
    several = sorted(dict.fromkeys(types), key=lambda each: each == "None")
    if len(several) == 1 or "Any" in several:
        return "Any" if "Any" in several else several[0]
    return f"Union[{', '.join(several)}]"


def quoted(text: str) -> str:
    return json.dumps(" ".join(text.split()), ensure_ascii=False)


def main() -> None:
    with urllib.request.urlopen(sys.argv[1]) as answer:
        document = json.load(answer)
    print('"""The service\'s documents. Made by generate.py of the OpenAPI document: not to be edited."""\n')
    print("from typing import Any, Literal, NotRequired, TypedDict, Union")
    print(Models(document["components"]["schemas"]).make_all())


if __name__ == "__main__":
    main()
