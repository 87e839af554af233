"""The ids of what the model is made of, derived from names, so that they are the same everywhere and always.

They are what clients ask for as `universalIdentifier`, too.
"""

from uuid import UUID, uuid5

_NAMESPACE = UUID("6f8c1b52-9a0e-5d43-8d0b-20f4c3a7e120")


def object_id(object_name: str) -> UUID:
    """The id of an object, by its singular name."""
    return uuid5(_NAMESPACE, object_name)


def field_id(object_name: str, field_name: str) -> UUID:
    """The id of a field or relation of an object."""
    return uuid5(_NAMESPACE, f"{object_name}.{field_name}")


def relation_id(object_name: str, foreign_key: str) -> UUID:
    """The id of a relation as a whole, by the object and the foreign key that hold it."""
    return uuid5(_NAMESPACE, f"relation {object_name}.{foreign_key}")


def option_id(object_name: str, field_name: str, value: str) -> UUID:
    """The id of one value that a field chooses from."""
    return uuid5(_NAMESPACE, f"option {object_name}.{field_name} {value}")


def index_id(index_name: str) -> UUID:
    """The id of an index, by its name in the database."""
    return uuid5(_NAMESPACE, f"index {index_name}")


def data_source_id() -> UUID:
    """The id of where records are kept, of which there is one."""
    return uuid5(_NAMESPACE, "data source")
