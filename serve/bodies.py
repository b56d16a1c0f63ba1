"""Bodies of requests: bounded, strict JSON, and the files of an upload."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from models import codec
from models.ingest import Refused, parse
from serve.problems import Problem

T = TypeVar("T")

_PARAMETER = re.compile(r'(\w+)\*?="((?:[^"\\]|\\.)*)"')
_MAX_PARTS = 16


def json_response(
    value: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Any value of ours as JSON."""
    return Response(codec.to_json(value), status, headers, "application/json")


def digest(content: bytes) -> str:
    """A short name for some bytes, the same everywhere."""
    return hashlib.blake2b(content, digest_size=8).hexdigest()


async def bounded(request: Request, limit: int) -> bytes:
    """The body, refused (413) as soon as it is longer than ``limit`` bytes."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise Problem(
                413, f"the body is larger than {limit:,} bytes", remedy="send it in smaller parts"
            )
        parts.append(part)
    return b"".join(parts)


async def read_json(request: Request, limit: int) -> Any:
    """The body as JSON; raises Refused and Problem."""
    return parse(await bounded(request, limit))


async def read_struct(request: Request, kind: type[T], limit: int = 2**20) -> T:
    """The body as one of our structs; unknown keys and wrong types are refused by name."""
    value = await read_json(request, limit)
    try:
        return msgspec.convert(value, kind, strict=False)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `$")
        raise Refused(path.strip(".`"), message) from error


def body_of(kind: type) -> dict[str, Any]:
    """What OpenAPI says of a route that reads this struct."""
    schema = msgspec.json.schema(kind, ref_template="#/components/schemas/{name}")
    inlined = schema.get("$defs", {}).get(kind.__name__, schema)
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": inlined}}}}


def file_body(what: str) -> dict[str, Any]:
    """What OpenAPI says of a route that takes a file, raw or as a form."""
    raw = {"schema": {"type": "string", "format": "binary"}}
    return {
        "requestBody": {
            "required": True,
            "description": what,
            "content": {"text/csv": raw, "multipart/form-data": {"schema": {"type": "object"}}},
        }
    }


class UploadedFile(msgspec.Struct, frozen=True):
    """One file of a request: the form field it came in, its name and its bytes."""

    field: str
    name: str
    content: bytes


async def read_files(request: Request, limit: int, name: str) -> list[UploadedFile]:
    """The files of a form, or the whole body as one file under ``name``; 422 when empty."""
    body = await bounded(request, limit)
    kind = request.headers.get("content-type", "")
    if kind.startswith("multipart/form-data"):
        files = form_files(body, kind)
    else:
        files = [UploadedFile("file", request.query_params.get("filename", name), body)]
    if not files or not files[0].content:
        raise Problem(422, "the upload is empty", remedy=f"send {name} as the body or as a form")
    return files


def form_files(body: bytes, content_type: str) -> list[UploadedFile]:
    r"""The parts of a ``multipart/form-data`` body (RFC 7578), byte for byte.

    >>> head = b'--x\r\nContent-Disposition: form-data; name="a"; filename="f.csv"\r\n\r\n'
    >>> form_files(head + b"1,2\r\n--x--", "multipart/form-data; boundary=x")
    [UploadedFile(field='a', name='f.csv', content=b'1,2')]
    """
    _, _, boundary = content_type.partition("boundary=")
    boundary = boundary.split(";")[0].strip().strip('"')
    if not boundary:
        raise Problem(400, "the form names no boundary")
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary.encode("latin-1"))
    parts = [piece for piece in pieces[1:] if not piece.startswith(b"--")]
    if len(pieces) < 3 or len(parts) > _MAX_PARTS:
        raise Problem(400, f"the form is cut off, or has more than {_MAX_PARTS} parts")
    return [_part(piece) for piece in parts]


def _part(piece: bytes) -> UploadedFile:
    head, found, content = piece.partition(b"\r\n\r\n")
    if not found:
        raise Problem(400, "a part of the form has no end of its headers")
    lines = head.decode("utf-8", "replace").split("\r\n")
    disposition = next((x for x in lines if x.lower().startswith("content-disposition")), "")
    named = dict(_PARAMETER.findall(disposition))
    return UploadedFile(named.get("name", ""), named.get("filename", ""), content)
