"""What answers each verb: one row for each, all of one shape."""

from collections.abc import Callable, Mapping

from schema.catalog.operations import Verb
from schema.execution import mutations, queries
from schema.execution.root_field import RootFieldCall
from schema.execution.root_plans import RootPlan

PLANS: Mapping[Verb, Callable[[RootFieldCall], RootPlan]] = {
    Verb.FIND_MANY: queries.find_many,
    Verb.FIND_ONE: queries.find_one,
    Verb.FIND_DUPLICATES: queries.find_duplicates,
    Verb.GROUP_BY: queries.group_by,
    Verb.CREATE: mutations.create,
    Verb.UPDATE: mutations.update,
    Verb.DELETE: mutations.delete,
    Verb.RESTORE: mutations.restore,
    Verb.DESTROY: mutations.destroy,
    Verb.MERGE: mutations.merge,
}


def planned(call: RootFieldCall) -> RootPlan:
    """The plan of a root field. Raises the errors of the API."""
    return PLANS[call.field.operation.verb](call)
