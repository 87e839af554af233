"""What a plan needs grants for: what the caller names, and nothing that an operation does by itself."""

from collections.abc import Mapping

from schema.context import Grants
from schema.plan.nodes import Plan
from schema.plan.touched import Use, touched
from schema.values.scopes import Right

READS = (Use.READ, Use.FILTER, Use.ORDER, Use.GROUP, Use.AGGREGATE, Use.SEARCH)

NEEDED: Mapping[Use, tuple[Right, ...]] = {
    **dict.fromkeys(READS, (Right.READ,)),
    Use.CREATE: (Right.CREATE,),
    Use.UPDATE: (Right.UPDATE,),
    Use.DELETE: (Right.DELETE,),
    Use.RESTORE: (Right.DELETE,),
    Use.DESTROY: (Right.DESTROY,),
    Use.MERGE: (Right.UPDATE, Right.DELETE),
    Use.NAMED: (),
    Use.ALONG: (),
}


def refuse_ungranted(plan: Plan, grants: Grants) -> None:
    """Raises Forbidden that names all that is missing."""
    if grants.scopes is not None:
        grants.refuse((touch.object_type, right) for touch in touched(plan) for right in NEEDED[touch.use])
