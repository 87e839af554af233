"""The kinds of value that a column can hold: their PostgreSQL type, their GraphQL types and their filter input.

One row a kind. What a filter operator means for a kind is in `operators`; what a value becomes before it is stored is
in `values`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """A kind of column.

    `name` is the field type of the metadata API, `sql` the PostgreSQL type (of an item, where `is_list`). The rest are
    GraphQL type names: of the value in a record, in an input and in a filter, and the filter input itself. They are
    empty for an enum, where all are named after it.
    """

    name: str
    sql: str
    output: str
    input: str
    operand: str
    filter: str
    is_list: bool = False


UUID = Kind("UUID", "uuid", "UUID", "UUID", "ID", "IDFilter")
ID = Kind("UUID", "uuid", "UUID", "ID", "ID", "IDFilter")
TEXT = Kind("TEXT", "text", "String", "String", "String", "StringFilter")
RICH_TEXT = Kind("RICH_TEXT", "text", "String", "String", "String", "StringFilter")
DATE_TIME = Kind("DATE_TIME", "timestamptz", "DateTime", "DateTime", "Date", "DateFilter")
BOOLEAN = Kind("BOOLEAN", "boolean", "Boolean", "Boolean", "Boolean", "BooleanFilter")
NUMBER = Kind("NUMBER", "float8", "Float", "Float", "Float", "FloatFilter")
NUMERIC = Kind("NUMERIC", "numeric", "BigFloat", "BigFloat", "BigFloat", "BigFloatFilter")
POSITION = Kind("POSITION", "float8", "Position", "Position", "Float", "FloatFilter")
RAW_JSON = Kind("RAW_JSON", "jsonb", "RawJSONScalar", "RawJSONScalar", "RawJSONScalar", "RawJsonFilter")
ARRAY = Kind("ARRAY", "text", "String", "String", "String", "ArrayFilter", is_list=True)
SELECT = Kind("SELECT", "enum", "", "", "", "")
MULTI_SELECT = Kind("MULTI_SELECT", "enum", "", "", "", "", is_list=True)
