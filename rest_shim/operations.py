"""What REST can do with the records of an object, as rows: routes, documents and the API description all read them.

A row names the GraphQL operation that it is; this module must not know how either protocol is read or answered.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from schema.catalog.model import ObjectType
from schema.catalog.operations import OPERATIONS as GRAPHQL_OPERATIONS
from schema.catalog.operations import UNCHANGED, Operation, Verb
from schema.declare import names


class Body(Enum):
    """What a request's body must be. Where nothing is to be said, it is not read."""

    NONE = "nothing"
    RECORD = "an object"
    RECORDS = "an array"
    DUPLICATES = "an object of ids or data"
    MERGE = "an object of ids and how to merge them"

    @property
    def is_array(self) -> bool:
        return self is Body.RECORDS


class Reply(Enum):
    """What is answered."""

    RECORD = "a record"
    RECORDS = "records"
    ID = "the id of a record"
    IDS = "the ids of records"
    PAGE = "a page"
    DUPLICATES = "a page of duplicates for each input"
    GROUPS = "groups"


@dataclass(frozen=True, slots=True, eq=False)
class RestOperation:
    """One operation, at paths below the place where the routes are mounted. The first method and path are documented.

    `summary` and `operation_id` are for the description of the API; in them `{one}` and `{many}` stand for the names of
    the object. `parameters` are the query parameters that it knows. `renamed` says what its answer is called, where it
    is not the name of the GraphQL field. With `soft_delete=true` it is the operation `soft`. With a `danger` it
    is refused without a filter.
    """

    summary: str
    operation_id: str
    methods: tuple[str, ...]
    paths: tuple[str, ...]
    graphql: Operation
    reply: Reply
    parameters: tuple[str, ...] = ()
    body: Body = Body.NONE
    status: int = 200
    renamed: Callable[[ObjectType], str] | None = None
    soft: Operation | None = None
    danger: str = ""

    @property
    def takes_id(self) -> bool:
        return "{id}" in self.paths[0]

    @property
    def is_versioned(self) -> bool:
        """Whether its answer tells which version of a record it holds."""
        return self.graphql.verb is Verb.FIND_ONE

    @property
    def can_be_held(self) -> bool:
        """Whether it can be held to a version of the record that it changes."""
        return UNCHANGED in self.graphql.arguments

    def key(self, object_type: ObjectType) -> str:
        return (self.renamed or self.graphql.field_name)(object_type)

    def performed(self, *, soft: bool) -> Operation:
        """The GraphQL operation."""
        return self.soft if soft and self.soft else self.graphql


ONE, MANY = "/{plural}/{id}", "/{plural}"
BATCH = "/batch/{plural}"
DUPLICATES, MERGE, GROUPS = "/{plural}/duplicates", "/{plural}/merge", "/{plural}/groupBy"
RESTORE_ONE = ("/restore/{plural}/{id}", "/{plural}/{id}/restore")
RESTORE_MANY = ("/restore/{plural}", "/{plural}/restore")

# In the order in which they are tried.
PATHS = (BATCH, *RESTORE_ONE, *RESTORE_MANY, DUPLICATES, MERGE, GROUPS, MANY, ONE)

_SHOWN = ("depth", "fields")
_GROUPED = (
    *("group_by", "aggregate", "filter", "order_by", "limit", "view_id", "omit_null_values"),
    *("include_records_sample", "order_by_for_records"),
)
_PAGED = ("filter", "order_by", "limit", "offset", "starting_after", "ending_before")


def _graphql(verb: Verb, *, many: bool) -> Operation:
    return next(operation for operation in GRAPHQL_OPERATIONS if (operation.verb, operation.many) == (verb, many))


def _merge_one(object_type: ObjectType) -> str:
    return f"merge{names.capital(object_type.name)}"


def _delete_one(object_type: ObjectType) -> str:
    return f"delete{names.capital(object_type.name)}"


def _delete_many(object_type: ObjectType) -> str:
    return f"delete{names.capital(object_type.plural)}"


OPERATIONS: tuple[RestOperation, ...] = (
    RestOperation(
        "Find Many {many}",
        "findMany{Many}",
        ("GET",),
        (MANY,),
        _graphql(Verb.FIND_MANY, many=True),
        Reply.PAGE,
        (*_PAGED, *_SHOWN),
    ),
    RestOperation(
        *("Create One {one}", "createOne{One}", ("POST",), (MANY,), _graphql(Verb.CREATE, many=False), Reply.RECORD),
        parameters=(*_SHOWN, "upsert"),
        body=Body.RECORD,
        status=201,
    ),
    RestOperation(
        *(
            "Create Many {many}",
            "createMany{Many}",
            ("POST",),
            (BATCH,),
            _graphql(Verb.CREATE, many=True),
            Reply.RECORDS,
        ),
        parameters=(*_SHOWN, "upsert"),
        body=Body.RECORDS,
        status=201,
    ),
    RestOperation(
        *(
            "Update Many {many}",
            "updateMany{Many}",
            ("PATCH", "PUT"),
            (MANY,),
            _graphql(Verb.UPDATE, many=True),
            Reply.RECORDS,
        ),
        parameters=("filter", *_SHOWN),
        body=Body.RECORD,
        danger="update",
    ),
    RestOperation(
        *(
            "Delete Many {many}",
            "deleteMany{Many}",
            ("DELETE",),
            (MANY,),
            _graphql(Verb.DESTROY, many=True),
            Reply.IDS,
        ),
        parameters=("filter", "soft_delete"),
        renamed=_delete_many,
        soft=_graphql(Verb.DELETE, many=True),
        danger="destroy",
    ),
    RestOperation(
        "Find One {one}",
        "findOne{One}",
        ("GET",),
        (ONE,),
        _graphql(Verb.FIND_ONE, many=False),
        Reply.RECORD,
        parameters=_SHOWN,
    ),
    RestOperation(
        *("Delete One {one}", "deleteOne{One}", ("DELETE",), (ONE,), _graphql(Verb.DESTROY, many=False), Reply.ID),
        parameters=("soft_delete",),
        renamed=_delete_one,
        soft=_graphql(Verb.DELETE, many=False),
    ),
    RestOperation(
        *(
            "Update One {one}",
            "UpdateOne{One}",
            ("PATCH", "PUT"),
            (ONE,),
            _graphql(Verb.UPDATE, many=False),
            Reply.RECORD,
        ),
        parameters=_SHOWN,
        body=Body.RECORD,
    ),
    RestOperation(
        *("Find {one} Duplicates", "find{One}Duplicates", ("POST",), (DUPLICATES,)),
        *(_graphql(Verb.FIND_DUPLICATES, many=True), Reply.DUPLICATES),
        parameters=_SHOWN,
        body=Body.DUPLICATES,
    ),
    RestOperation(
        *(
            "Restore One {one}",
            "restoreOne{One}",
            ("PATCH",),
            RESTORE_ONE,
            _graphql(Verb.RESTORE, many=False),
            Reply.RECORD,
        ),
        parameters=_SHOWN,
    ),
    RestOperation(
        *(
            "Restore Many {many}",
            "restoreMany{Many}",
            ("PATCH",),
            RESTORE_MANY,
            _graphql(Verb.RESTORE, many=True),
            Reply.RECORDS,
        ),
        parameters=("filter", *_SHOWN),
        danger="restore",
    ),
    RestOperation(
        *("Merge {many}", "mergeMany{Many}", ("PATCH",), (MERGE,), _graphql(Verb.MERGE, many=False), Reply.RECORD),
        parameters=_SHOWN,
        body=Body.MERGE,
        renamed=_merge_one,
    ),
    RestOperation(
        *("Group {many}", "groupBy{Many}", ("GET",), (GROUPS,), _graphql(Verb.GROUP_BY, many=True), Reply.GROUPS),
        parameters=(*_GROUPED, *_SHOWN),
    ),
)
