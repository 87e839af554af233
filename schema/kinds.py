"""The kinds of value that a column can hold: their PostgreSQL type, their GraphQL types and their filter input.

One row a kind. What a filter operator means for a kind is in `operators`; what a value becomes before it is stored is
in `values`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of column.

    `name` is the field type of the metadata API, `sql` the PostgreSQL type. `output`, `input` and `filter` are GraphQL
    type names; `None` where they are named after the column's enum.
    """

    name: str
    sql: str
    output: str | None
    input: str | None
    filter: str | None
    is_list: bool = False


UUID = Kind("UUID", "uuid", "UUID", "UUID", "IDFilter")
ID = Kind("UUID", "uuid", "UUID", "ID", "IDFilter")
TEXT = Kind("TEXT", "text", "String", "String", "StringFilter")
RICH_TEXT = Kind("RICH_TEXT", "text", "String", "String", "StringFilter")
DATE_TIME = Kind("DATE_TIME", "timestamptz", "DateTime", "DateTime", "DateFilter")
BOOLEAN = Kind("BOOLEAN", "boolean", "Boolean", "Boolean", "BooleanFilter")
NUMBER = Kind("NUMBER", "float8", "Float", "Float", "FloatFilter")
NUMERIC = Kind("NUMERIC", "numeric", "BigFloat", "BigFloat", "BigFloatFilter")
POSITION = Kind("POSITION", "float8", "Position", "Position", "FloatFilter")
RAW_JSON = Kind("RAW_JSON", "jsonb", "RawJSONScalar", "RawJSONScalar", "RawJsonFilter")
ARRAY = Kind("ARRAY", "text", "String", "String", "ArrayFilter", is_list=True)
SELECT = Kind("SELECT", "enum", None, None, None)
MULTI_SELECT = Kind("MULTI_SELECT", "enum", None, None, None, is_list=True)
