"""The arguments of the GraphQL field: from the path, the query parameters and the body of a request."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from rest_shim import body, query
from rest_shim.operations import Body, Reply, RestOperation
from schema.catalog.model import ObjectType
from schema.catalog.operations import Verb
from schema.errors import BadUserInput
from schema.values.ids import uuid
from schema.values.messages import did_you_mean, shown

NOT_NULL = {"is": "NOT_NULL"}


async def arguments(
    operation: RestOperation, object_type: ObjectType, request: Request, parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """Raises BadUserInput, UnsupportedMediaType and PayloadTooLarge."""
    found = {query.ARGUMENTS[name]: value for name, value in parameters.items() if name in query.ARGUMENTS}
    if operation.takes_id:
        record_id = _record_id(request.path_params["id"])
        found |= {"filter": {"id": {"eq": record_id}}} if operation.graphql.verb is Verb.FIND_ONE else {"id": record_id}
    if operation.danger and "filter" not in found:
        raise _no_filter("delete" if parameters.get("soft_delete") else operation.danger)
    if operation.reply is Reply.GROUPS:
        found |= _grouped(found, object_type if parameters.get("omit_null_values") else None)
    match operation.body:
        case Body.NONE:
            return found
        case Body.RECORD | Body.RECORDS:
            instead = _instead(operation, object_type.plural)
            return {**found, "data": await body.read(request, as_array=operation.body.is_array, instead=instead)}
        case Body.DUPLICATES:
            return {**found, **_checked_duplicates(await body.read(request))}
        case Body.MERGE:
            return {**found, **_known(await body.read(request), ("ids", "conflictPriorityIndex", "dryRun"))}


def _instead(operation: RestOperation, plural: str) -> str:
    """Where one record goes that was sent as several, or several as one."""
    if operation.body.is_array:
        return f". POST /rest/{plural} takes one record"
    if operation.graphql.verb is Verb.CREATE:
        return f". POST /rest/batch/{plural} takes an array of records"
    return (
        f". POST /rest/batch/{plural}?upsert=true takes an array of records with their ids,"
        f" PATCH /rest/{plural}?filter=… one object for all that match"
    )


def _record_id(text: str) -> str:
    try:
        return str(uuid(text, "id"))
    except BadUserInput:
        raise BadUserInput(f"'{shown(text)}' is not a valid UUID") from None


def _no_filter(danger: str) -> BadUserInput:
    harm = {"delete": "deletion", "destroy": "deletion"}.get(danger, danger)
    return BadUserInput(
        f"Filters are mandatory for bulk {danger} operations."
        f" Please provide at least one filter to prevent accidental {harm} of all records."
    )


def _grouped(found: Mapping[str, Any], without_nulls: ObjectType | None) -> Mapping[str, Any]:
    """The arguments of groups. Null values of an object's fields are left out by a filter."""
    if not found.get("groupBy"):
        raise BadUserInput(f"'group_by' parameter is missing, e.g. group_by={query.GROUP_BY_EXAMPLE}")
    if without_nulls is None:
        return found
    present = [_present(without_nulls, dimension) for dimension in found["groupBy"] if isinstance(dimension, dict)]
    return {**found, "filter": {"and": [*([found["filter"]] if "filter" in found else []), *present]}}


def _present(object_type: ObjectType, dimension: Mapping[str, Any]) -> dict[str, Any]:
    """`{"name": {"firstName": true}}` → that it is not null. Whether there is such a field, the filter will tell."""
    present = {}
    for name, chosen in _chosen(dimension):
        field = object_type.fields.get(name)
        parts = field and field.composite and isinstance(chosen, dict)
        present[name] = {part: NOT_NULL for part, _ in _chosen(chosen)} if parts else NOT_NULL
    return {name: condition for name, condition in present.items() if condition}


def _chosen(fields: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(name, chosen) for name, chosen in fields.items() if chosen is not None and chosen is not False]


def _checked_duplicates(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Null counts as not given."""
    found = {name: value for name, value in _known(given, ("ids", "data")).items() if value is not None}
    if not found:
        raise BadUserInput('You have to provide either "data" or "ids" argument')
    if len(found) == 2:
        raise BadUserInput('You cannot provide both "data" and "ids" arguments')
    for name, value in found.items():
        if not isinstance(value, list):
            raise BadUserInput(f"'{name}' must be an array")
    if found.get("data") == []:
        raise BadUserInput('The "data" condition can not be empty when "ids" input not provided')
    return found


def _known(given: Mapping[str, Any], names: tuple[str, ...]) -> Mapping[str, Any]:
    for name in given:
        if name not in names:
            raise BadUserInput(f"Field '{shown(name)}' is not known here.{did_you_mean(name, names)}")
    return given
