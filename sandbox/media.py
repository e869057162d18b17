"""Files that are sent: kept, described as PhotoSize, Voice, Document or Video, found again by file_id."""

from __future__ import annotations

import mimetypes

from sandbox import pictures, shapes
from sandbox.errors import refuse
from sandbox.model import File, Json
from sandbox.params import Call, Upload
from sandbox.world import World

MOST_PHOTO_BYTES = 10 * 1024 * 1024
MOST_DOWNLOAD_BYTES = 20 * 1024 * 1024
_THUMB = 90


def keep_photo(world: World, data: bytes, name: str) -> Json:
    """`photo` of a message: a small size and the picture itself, as Telegram lists them. Raises ApiError for no picture."""
    if len(data) > MOST_PHOTO_BYTES:
        raise refuse(f'file "{name}" of size {len(data)} bytes is too big for a photo')
    found = pictures.image_size(data)
    if found is None:
        raise refuse("IMAGE_PROCESS_FAILED")
    ending, width, height = found
    if width + height > 10_000 or max(width, height) > 20 * min(width, height):
        raise refuse("PHOTO_INVALID_DIMENSIONS")
    mime = mimetypes.types_map.get(ending, "image/jpeg")
    sizes = []
    if max(width, height) > _THUMB:
        scale = _THUMB / max(width, height)
        small = max(int(width * scale), 1), max(int(height * scale), 1)
        thumb = world.keep_file("thumbnails", ".jpg", "AgAC", pictures.grey(*small), "", "image/jpeg", width=small[0], height=small[1])
        sizes.append(shapes.photo_size(thumb))
    full = world.keep_file("photos", ending, "AgAC", data, name, mime, width=width, height=height)
    return {"photo": [*sizes, shapes.photo_size(full)]}


def keep_voice(world: World, data: bytes, seconds: int) -> Json:
    file = world.keep_file("voice", ".oga", "AwAC", data, "", "audio/ogg", duration=seconds or pictures.voice_seconds(data))
    return {"voice": voice_shape(file)}


def keep_document(world: World, data: bytes, name: str, mime: str = "") -> Json:
    ending = "." + name.rsplit(".", 1)[1] if "." in name else ""
    guessed = mime if mime and mime != "application/octet-stream" else mimetypes.guess_type(name)[0] or "application/octet-stream"
    file = world.keep_file("documents", ending if ending.isascii() and len(ending) < 12 else "", "BQAC", data, name, guessed)
    return {"document": document_shape(file)}


def keep_video(world: World, call: Call, data: bytes, name: str) -> Json:
    file = world.keep_file(
        "videos", ".mp4", "BAAC", data, name, "video/mp4",
        width=call.integer("width", 0, 0, 10_000), height=call.integer("height", 0, 0, 10_000),
        duration=call.integer("duration", 0, 0, 86_400),
    )  # fmt: skip
    return {"video": video_shape(file)}


def _described(file: File, **fields: object) -> Json:
    shape: Json = {"file_id": file.id, "file_unique_id": file.unique_id, "file_size": len(file.data), "mime_type": file.mime}
    if file.name:
        shape["file_name"] = file.name
    return {**shape, **fields}


def voice_shape(file: File) -> Json:
    return {
        "duration": file.duration, "mime_type": file.mime, "file_id": file.id, "file_unique_id": file.unique_id,
        "file_size": len(file.data),
    }  # fmt: skip


def document_shape(file: File) -> Json:
    return _described(file)


def video_shape(file: File) -> Json:
    return _described(file, width=file.width, height=file.height, duration=file.duration)


def sent_file(world: World, call: Call, field: str, value: str = "") -> Upload | File | None:
    """What a call gives for `field` (or an album's item `value`): an upload, a known file, or None. Raises ApiError."""
    value = value or call.text(field)
    upload = call.files.get(value.removeprefix("attach://")) if value.startswith("attach://") else call.files.get(field)
    if upload is not None:
        if not upload.data:
            raise refuse("File must be non-empty")
        return upload
    if not value:
        return None
    if value.startswith(("http://", "https://")):
        # No other host is ever asked, so it is as if the fetch had failed.
        raise refuse("WEBPAGE_CURL_FAILED")
    file = world.files.get(value)
    if file is None:
        raise refuse("Wrong file identifier/HTTP URL specified")
    return file


def content_for(world: World, call: Call, kind: str, given: Upload | File) -> Json:
    """The message content for a photo, voice, document or video. A file_id keeps its kind. Raises ApiError."""
    if isinstance(given, File):
        folder = {"photo": "photos", "voice": "voice", "video": "videos", "document": "documents"}[kind]
        if not given.path.startswith(folder):
            raise refuse(f"Can't use file of type {given.path.split('/')[0].rstrip('s').capitalize()} as {kind.capitalize()}")
        if kind == "photo":
            return {"photo": [shapes.photo_size(given)]}
        return {kind: {"voice": voice_shape, "video": video_shape, "document": document_shape}[kind](given)}
    if kind == "photo":
        return keep_photo(world, given.data, given.name)
    if kind == "voice":
        return keep_voice(world, given.data, call.integer("duration", 0, 0, 86_400))
    if kind == "video":
        return keep_video(world, call, given.data, given.name)
    return keep_document(world, given.data, given.name, given.mime)


def album_items(call: Call) -> list[Json]:
    """The items of sendMediaGroup. Raises ApiError."""
    call.required("media")
    media = call.json("media", "Can't parse media JSON object")
    if not isinstance(media, list):
        raise refuse("Expected an Array of InputMedia")
    for item in media:
        if not isinstance(item, dict):
            raise refuse("Can't parse InputMedia: expected an Object")
        if item.get("type") not in ("photo", "document", "video"):
            raise refuse(f'Can\'t parse InputMedia: type "{item.get("type")}" is unsupported')
        if not item.get("media"):
            raise refuse("Can't parse InputMedia: media not found")
    if not media:
        raise refuse("There are no messages to send")
    if len(media) > 10:
        raise refuse("Too many messages to send as an album")
    kinds = {item["type"] for item in media}
    if "document" in kinds and len(kinds) > 1:
        raise refuse("document can't be mixed with other media types")
    return media
