"""What a destroy takes along: the tables whose rows depend on the destroyed ones, and those that only refer to them."""

from collections.abc import Iterable

from schema.catalog.model import Catalog, ObjectType, Relation
from schema.plan.nodes import Affected


def destroyed_along(catalog: Catalog, root: ObjectType) -> tuple[Affected, ...]:
    """The tables that lose rows, dependants after what they depend on; `root` itself comes first."""
    order: list[str] = []

    def visit(name: str) -> None:
        if name not in order:
            for relation in catalog.objects[name].to_many:
                if relation.cascade:
                    visit(relation.target)
            order.append(name)

    visit(root.name)
    names = tuple(reversed(order))
    return tuple(
        Affected(catalog.objects[name], _references(catalog.objects[name], names, cascade=True)) for name in names
    )


def cleared_along(catalog: Catalog, destroyed: Iterable[Affected]) -> tuple[Affected, ...]:
    """The tables whose references to destroyed rows are cleared."""
    names = tuple(affected.object_type.name for affected in destroyed)
    found = (
        Affected(object_type, _references(object_type, names, cascade=False))
        for object_type in catalog.objects.values()
    )
    return tuple(affected for affected in found if affected.references)


def _references(object_type: ObjectType, targets: tuple[str, ...], *, cascade: bool) -> tuple[Relation, ...]:
    return tuple(
        relation for relation in object_type.to_one if relation.target in targets and relation.cascade == cascade
    )
