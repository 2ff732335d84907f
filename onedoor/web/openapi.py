"""OpenAPI 3.1 at /api/openapi.json: what the framework reads from the handlers, with the refusals that every route shares."""

from typing import Any

import msgspec
from litestar import Request, Router
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, Contact, License, OpenAPIType, Schema, SecurityScheme
from litestar.plugins import OpenAPISchemaPlugin
from litestar.serialization import get_serializer
from litestar.typing import FieldDefinition

from onedoor.kernel.ids import Id

Json = dict[str, Any]

REFUSALS = {
    "400": "The request cannot be read: JSON cut short, a number out of range.",
    "401": "Nobody is signed in, or the session has ended.",
    "403": "The signed-in person may not do this, or has to prove who they are first.",
    "404": "There is no such thing, or nothing that this person may know of.",
    "409": "It has changed meanwhile, or is not in a state in which this can be done.",
    "410": "It was here once and is no longer.",
    "413": "What was sent is larger than allowed.",
    "415": "The body is not JSON.",
    "422": "One or more fields need another look: `errors` names each.",
    "429": "Too many attempts; `Retry-After` says when it works again.",
    "503": "A part this depends on does not answer; repeating later is safe.",
}
PROBLEM: Json = {
    "type": "object", "title": "Problem", "description": "RFC 9457. `type` leads to the documentation of the problem.",
    "required": ["type", "title", "status"], "additionalProperties": True,
    "properties": {
        "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"},
        "errors": {
            "type": "array", "items": {
                "type": "object", "required": ["pointer", "detail"],
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}  # fmt: skip
KEY: Json = {
    "name": "Idempotency-Key", "in": "header", "required": False, "schema": {"type": "string", "maxLength": 200},
    "description": "The same key is the same write: a repetition gets the first answer again.",
}  # fmt: skip
REVISION: Json = {
    "name": "If-Match", "in": "header", "required": True, "schema": {"type": "string", "pattern": '^"?[0-9]{1,9}"?$'},
    "description": "The revision that the change was made from.",
}  # fmt: skip
FILE: Json = {"type": "string", "format": "binary"}
UPLOADS: dict[str, Json] = {
    "/api/attachments": {
        "type": "object", "required": ["file"],
        "properties": {
            "file": FILE, "document": {"type": "string", "maxLength": 60}, "draft": {"type": "string"}, "case": {"type": "string"},
        },
    },
    "/api/registrations/proofs": {"type": "object", "required": ["file"], "properties": {"file": FILE}},
    "/api/studio/drafts/{draft}/sheets": {"type": "object", "required": ["file"], "properties": {"file": FILE}},
}  # fmt: skip


class Ids(OpenAPISchemaPlugin):
    """An id is text: its kind's prefix and 32 hexadecimal digits."""

    @staticmethod
    def is_plugin_supported_type(value: Any) -> bool:
        return isinstance(value, type) and issubclass(value, Id)

    def to_openapi_schema(self, field_definition: FieldDefinition, schema_creator: Any) -> Schema:
        return Schema(type=OpenAPIType.STRING, pattern=f"^{field_definition.annotation.prefix}_[0-9a-f]{{32}}$")


def config(version: str) -> OpenAPIConfig:
    """How the framework makes and serves the document."""
    return OpenAPIConfig(
        title="Onedoor 一扇门", version=version, path="/api", use_handler_docstrings=True,
        render_plugins=[Document(path="/openapi.json")],
        description="City services: catalogue, cases, certificates, inbox. Errors are RFC 9457 problems; writes take an Idempotency-Key.",
        contact=Contact(name="Onedoor"), license=License(name="Apache-2.0", identifier="Apache-2.0"),
        openapi_router=Router("/api", route_handlers=[], opt={"public": True}),
        components=Components(security_schemes={
            "session": SecurityScheme(type="apiKey", name="onedoor", security_scheme_in="cookie"),
            "bearer": SecurityScheme(type="http", scheme="bearer", description="The token of POST /api/sessions."),
        }),
    )  # fmt: skip


class Document(JsonRenderPlugin):
    """The document, completed once and kept as bytes."""

    _kept: bytes | None = None

    def render(self, request: Request[Any, Any, Any], openapi_schema: Json) -> bytes:
        if self._kept is None:
            types = get_serializer(request.route_handler.resolve_type_encoders())
            self._kept = msgspec.json.encode(completed(msgspec.to_builtins(openapi_schema, enc_hook=types)))
        return self._kept


def completed(document: Json) -> Json:
    """With every refusal, the headers of writes, and without the framework's own addresses."""
    document["paths"] = {path: ways for path, ways in document["paths"].items() if path not in ("/api", "/api/{path}", "/api/openapi.json")}
    parts = document.setdefault("components", {})
    parts.setdefault("schemas", {})["Problem"] = PROBLEM
    reference = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    parts["responses"] = {f"Refused{status}": {"description": why, "content": reference} for status, why in REFUSALS.items()}
    for path, ways in document["paths"].items():
        for method, way in ways.items():
            _complete(path, method, way)
    return document


def _complete(path: str, method: str, way: Json) -> None:
    writes, parameters = method in ("post", "put", "delete"), way.setdefault("parameters", [])
    if method == "post" and (upload := UPLOADS.get(path)):
        way["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": upload}}}
    for status in _refusals(way, writes):
        way["responses"][status] = {"$ref": f"#/components/responses/Refused{status}"}
    if method == "post" and way.get("security") and path != "/api/me/real-name":
        parameters.append(KEY)
    if path.endswith("/answers"):
        parameters.append(REVISION)


def _refusals(way: Json, writes: bool) -> list[str]:
    """Which refusals are possible, from what the operation takes."""
    found = ["400", "422", "503"]
    if way.get("security"):
        found += ["401", "403"]
    if way["parameters"] or writes:
        found += ["404", "410"]
    if writes:
        found += ["409", "429"]
    if "requestBody" in way:
        found += ["413", "415"]
    return found
