"""Bring a MongoDB collection to the shape that its schema asks for, when the store is opened.

Every document carries the shape it was written in, and `MongoCollection` reads older ones, so several processes may do
this at once and one that is killed leaves nothing half done. Indexes are created one by one; those that no schema
names any more are left to the operator, for a process of the older release may still read by them.
"""

import contextlib
from typing import Any

import structlog
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError, OperationFailure

from services.database.collection import Index
from services.database.mongo_collection import MongoCollection
from services.database.mongo_documents import Stored, place

log = structlog.get_logger()

CATALOGUE = "store_collections"
_NOT_IMPLEMENTED = 238  # FerretDB's answer to a partial index


async def prepare_collection(database: AsyncDatabase[Stored], collection: MongoCollection[Any]) -> None:
    """Rewrite documents whose shape or index fields are not the present ones, and create missing indexes.

    Raises:
        UndecodableDocument: a stored document does not fit its type.
        StoreUnavailable: a newer release has written the collection.
        PyMongoError: the server does not answer.
    """
    name = collection.schema.name
    entry = {"_id": name, "shape": collection.schema.shape, "fields": _fields(collection)}
    found = await database[CATALOGUE].find_one({"_id": name})
    if found != entry:
        await _rewrite(database[name], collection)
    for index in collection.schema.indexes:
        await _prepare_index(database[name], index)
    if found is None:
        with contextlib.suppress(DuplicateKeyError):  # another process of this release was faster
            await database[CATALOGUE].insert_one(entry)
    elif found != entry:
        await database[CATALOGUE].replace_one({"_id": name}, entry)


async def _rewrite(target: AsyncCollection[Stored], collection: MongoCollection[Any]) -> None:
    """Write every document again, unless somebody changes it meanwhile and so does that himself."""
    count = 0
    async for stored in target.find({}, sort=[("_id", 1)]):
        document = collection.documents.document(stored)
        await target.replace_one(
            {"_id": stored["_id"], "version": stored["version"]}, collection.documents.stored(document)
        )
        count += 1
    if count:
        log.info("collection rewritten", collection=target.name, documents=count, to_shape=collection.schema.shape)


async def _prepare_index(target: AsyncCollection[Stored], index: Index) -> None:
    name = f"by_{index.name}"
    keys = [(place(field), 1) for field in (*index.fields, "id")]
    known = await target.index_information()
    if any([(field, int(direction)) for field, direction in entry["key"]] == keys for entry in known.values()):
        return
    if name in known:
        await target.drop_index(name)
    try:
        only = {place(index.fields[0]): {"$exists": True}}
        await target.create_index(keys, name=name, partialFilterExpression=only)
    except OperationFailure as error:
        if error.code != _NOT_IMPLEMENTED:
            raise
        await target.create_index(keys, name=name)


def _fields(collection: MongoCollection[Any]) -> list[str]:
    """Describe the index fields: their names and how their values are written."""
    return sorted(f"{field.name}:{field.kind}" for field in collection.codec.fields)
