"""Bad inputs, each as a variable and as a literal: the message, the code, and a database that is as it was."""

import json
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.conftest import GraphQL, Workspace
from tests.records import NOWHERE, OBJECTS, create

NOT_EMPTY = "Expected non-empty array without null. Use is: NULL to find missing values"
NO_OPERATOR = "no operator. Use is: NULL to find missing values"
MUTATIONS = ("create", "update", "delete", "restore", "destroy")

# A name, a root field with V for what is given, the type and value of a variable, the same as a literal where there is
# one, and the answer. NOWHERE, PERSON, VIEW and ACCOUNT stand for ids.

# Faults that are found when the operation is planned or run: the same whether variable or literal.
PLANNED: list[tuple[str, str, str, Any, str | None, str, str]] = [
    (
        "bad uuid in a filter",
        "people(filter: {id: {eq: V}}) { totalCount }",
        "ID",
        "nope",
        '"nope"',
        "BAD_USER_INPUT",
        'Value "nope" is not a valid UUID',
    ),
    (
        "bad uuid in a list",
        "people(filter: {id: {in: V}}) { totalCount }",
        "[ID]",
        ["nope"],
        '["nope"]',
        "BAD_USER_INPUT",
        'Value "nope" is not a valid UUID',
    ),
    (
        "null in a list of ids",
        "people(filter: {id: {in: V}}) { totalCount }",
        "[ID]",
        [None],
        "[null]",
        "BAD_USER_INPUT",
        f"Invalid filter value for field id. {NOT_EMPTY}",
    ),
    (
        "a number as an id",
        "people(filter: {companyId: {eq: V}}) { totalCount }",
        "ID",
        1,
        "1",
        "BAD_USER_INPUT",
        'Value "1" is not a valid UUID',
    ),
    (
        "uuid in braces",
        "people(filter: {id: {eq: V}}) { totalCount }",
        "ID",
        "{497f6eca-6276-4993-bfeb-53cbbbba6f08}",
        '"{497f6eca-6276-4993-bfeb-53cbbbba6f08}"',
        "BAD_USER_INPUT",
        'Value "{497f6eca-6276-4993-bfeb-53cbbbba6f08}" is not a valid UUID',
    ),
    (
        "uuid without dashes",
        "people(filter: {id: {eq: V}}) { totalCount }",
        "ID",
        "497f6eca62764993bfeb53cbbbba6f08",
        '"497f6eca62764993bfeb53cbbbba6f08"',
        "BAD_USER_INPUT",
        'Value "497f6eca62764993bfeb53cbbbba6f08" is not a valid UUID',
    ),
    (
        "bad id of a record",
        "updatePerson(id: V, data: {}) { id }",
        "ID",
        "nope",
        '"nope"',
        "BAD_USER_INPUT",
        'Value "nope" is not a valid UUID',
    ),
    (
        "bad id of a new record",
        "createPerson(data: {id: V}) { id }",
        "ID",
        "nope",
        '"nope"',
        "BAD_USER_INPUT",
        'Value "nope" is not a valid UUID',
    ),
    (
        "foreign key to nothing",
        "createPerson(data: {companyId: V}) { id }",
        "UUID",
        "NOWHERE",
        '"NOWHERE"',
        "BAD_USER_INPUT",
        'Field "companyId" refers to a record that does not exist',
    ),
    (
        "foreign key to nothing in an update",
        'updatePerson(id: "PERSON", data: {companyId: V}) { id }',
        "UUID",
        "NOWHERE",
        '"NOWHERE"',
        "BAD_USER_INPUT",
        'Field "companyId" refers to a record that does not exist',
    ),
    (
        "foreign key to nothing in many",
        'updatePeople(filter: {city: {eq: "x"}}, data: {companyId: V}) { id }',
        "UUID",
        "NOWHERE",
        '"NOWHERE"',
        "BAD_USER_INPUT",
        'Field "companyId" refers to a record that does not exist',
    ),
    (
        "required null in update",
        'updateConnectedAccount(id: "ACCOUNT", data: {accountOwnerId: V}) { id }',
        "UUID",
        None,
        "null",
        "BAD_USER_INPUT",
        'Field "accountOwnerId" must not be null',
    ),
    (
        "null among enums",
        "tasks(filter: {status: {in: V}}) { totalCount }",
        "[TaskStatusEnum]",
        ["TODO", None],
        "[TODO, null]",
        "BAD_USER_INPUT",
        f"Invalid filter value for field status. {NOT_EMPTY}",
    ),
    (
        "null in a multi select",
        "createWorkflow(data: {statuses: V}) { id }",
        "[WorkflowStatusesEnum]",
        [None],
        "[null]",
        "BAD_USER_INPUT",
        'Field "statuses" must not contain null',
    ),
    (
        "null in an array",
        "createWebhook(data: {operations: V}) { id }",
        "[String]",
        [None],
        "[null]",
        "BAD_USER_INPUT",
        'Field "operations" must not contain null',
    ),
    (
        "unique conflict",
        "createPerson(data: {emails: {primaryEmail: V}}) { id }",
        "String",
        "ADA@example.com",
        '"ADA@example.com"',
        "BAD_USER_INPUT",
        "Duplicate Emails. Please set a unique one.",
    ),
    (
        "unique conflict of several",
        'createViewField(data: {fieldMetadataId: V, viewId: "VIEW"}) { id }',
        "UUID",
        "VIEW",
        '"VIEW"',
        "BAD_USER_INPUT",
        "A duplicate entry was detected. The combination of Field Metadata Id, View Id must be unique.",
    ),
    (
        "id taken",
        "createPerson(data: {id: V}) { id }",
        "ID",
        "PERSON",
        '"PERSON"',
        "BAD_USER_INPUT",
        "A duplicate entry was detected",
    ),
    ("bad cursor", "people(after: V) { totalCount }", "String", "!", '"!"', "BAD_USER_INPUT", "Invalid cursor: !"),
    (
        "cursor that is json but no object",
        "people(after: V) { totalCount }",
        "String",
        "WzFd",
        '"WzFd"',
        "BAD_USER_INPUT",
        "Invalid cursor: WzFd",
    ),
    (
        "cursor of another order",
        "people(after: V, orderBy: [{city: AscNullsFirst}]) { totalCount }",
        "String",
        "eyJpZCI6IjAwMDAwMDAwLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDAwMSJ9",
        '"eyJpZCI6IjAwMDAwMDAwLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDAwMSJ9"',
        "BAD_USER_INPUT",
        "Invalid cursor: eyJpZCI6IjAwMDAwMDAwLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDAwMSJ9 does not belong to this order",
    ),
    (
        "cursor with a wrong value",
        "people(before: V) { totalCount }",
        "String",
        "eyJpZCI6MX0",
        '"eyJpZCI6MX0"',
        "BAD_USER_INPUT",
        "Invalid value for field \"id\": '1' is not a UUID value",
    ),
    (
        "cursor with a bad date",
        "people(before: V, orderBy: {createdAt: AscNullsFirst}) { totalCount }",
        "String",
        "eyJjcmVhdGVkQXQiOiJub3ciLCJpZCI6IjAwMDAwMDAwLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDAwMSJ9",
        None,
        "BAD_USER_INPUT",
        'Invalid date-time for field "createdAt": now',
    ),
    (
        "cursor with NaN",
        "people(before: V, orderBy: {position: AscNullsFirst}) { totalCount }",
        "String",
        "eyJwb3NpdGlvbiI6TmFOLCJpZCI6IjAwMDAwMDAwLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDAwMSJ9",
        None,
        "BAD_USER_INPUT",
        'Invalid number for field "position": nan',
    ),
    (
        "nested bad cursor",
        "companies { edges { node { people(after: V) { totalCount } } } }",
        "String",
        "!",
        '"!"',
        "BAD_USER_INPUT",
        "Invalid cursor: !",
    ),
    (
        "find one without a filter",
        "person(filter: V) { id }",
        "PersonFilterInput",
        None,
        "null",
        "BAD_USER_INPUT",
        "Missing filter argument",
    ),
    (
        "find one with an empty filter",
        "person(filter: V) { id }",
        "PersonFilterInput",
        {"and": []},
        "{and: []}",
        "BAD_USER_INPUT",
        "Missing filter argument",
    ),
    (
        "null leaf",
        "people(filter: {city: V}) { totalCount }",
        "StringFilter",
        None,
        "null",
        "BAD_USER_INPUT",
        f"Field city in the filter has {NO_OPERATOR}",
    ),
    (
        "empty leaf",
        "people(filter: {city: V}) { totalCount }",
        "StringFilter",
        {},
        "{}",
        "BAD_USER_INPUT",
        f"Field city in the filter has {NO_OPERATOR}",
    ),
    (
        "null composite leaf",
        "people(filter: {name: V}) { totalCount }",
        "FullNameFilterInput",
        None,
        "null",
        "BAD_USER_INPUT",
        f"Field name in the filter has {NO_OPERATOR}",
    ),
    (
        "empty composite leaf",
        "people(filter: {name: V}) { totalCount }",
        "FullNameFilterInput",
        {},
        "{}",
        "BAD_USER_INPUT",
        f"Field name in the filter has {NO_OPERATOR}",
    ),
    (
        "null part",
        "people(filter: {name: {firstName: V}}) { totalCount }",
        "StringFilter",
        None,
        "null",
        "BAD_USER_INPUT",
        f"Field name.firstName in the filter has {NO_OPERATOR}",
    ),
    (
        "empty part",
        "people(filter: {name: {firstName: V}}) { totalCount }",
        "StringFilter",
        {},
        "{}",
        "BAD_USER_INPUT",
        f"Field name.firstName in the filter has {NO_OPERATOR}",
    ),
    (
        "eq null",
        "people(filter: {city: {eq: V}}) { totalCount }",
        "String",
        None,
        "null",
        "BAD_USER_INPUT",
        "Invalid filter value for field city: eq must not be null. Use is: NULL to find missing values",
    ),
    (
        "in null",
        "people(filter: {city: {in: V}}) { totalCount }",
        "[String!]",
        None,
        "null",
        "BAD_USER_INPUT",
        "Invalid filter value for field city: in must not be null. Use is: NULL to find missing values",
    ),
    (
        "in nothing",
        "people(filter: {city: {in: V}}) { totalCount }",
        "[String!]",
        [],
        "[]",
        "BAD_USER_INPUT",
        f"Invalid filter value for field city. {NOT_EMPTY}",
    ),
    (
        "is null",
        "people(filter: {city: {is: V}}) { totalCount }",
        "FilterIs",
        None,
        "null",
        "BAD_USER_INPUT",
        "Invalid filter value for field city: is must not be null. Use is: NULL to find missing values",
    ),
    (
        "eq null nested",
        "companies { edges { node { people(filter: {city: {eq: V}}) { totalCount } } } }",
        "String",
        None,
        "null",
        "BAD_USER_INPUT",
        "Invalid filter value for field city: eq must not be null. Use is: NULL to find missing values",
    ),
    (
        "eq null in a mutation",
        "deletePeople(filter: {city: {eq: V}}) { id }",
        "String",
        None,
        "null",
        "BAD_USER_INPUT",
        "Invalid filter value for field city: eq must not be null. Use is: NULL to find missing values",
    ),
    (
        "both first and last",
        "people(first: V, last: 1) { totalCount }",
        "Int",
        1,
        "1",
        "BAD_USER_INPUT",
        "Cannot provide both first and last",
    ),
    (
        "negative first",
        "people(first: V) { totalCount }",
        "Int",
        -1,
        "-1",
        "BAD_USER_INPUT",
        "First argument must be non-negative",
    ),
    (
        "no data",
        "createPerson(data: V) { id }",
        "PersonCreateInput",
        None,
        "null",
        "BAD_USER_INPUT",
        "Payload data is required",
    ),
    (
        "no data for many",
        "createPeople(data: V) { id }",
        "[PersonCreateInput!]",
        None,
        "null",
        "BAD_USER_INPUT",
        "Payload data is required",
    ),
    (
        "no data for an update",
        'updatePerson(id: "PERSON", data: V) { id }',
        "PersonUpdateInput",
        None,
        "null",
        "BAD_USER_INPUT",
        "Payload data is required",
    ),
    (
        "no data for an update of many",
        'updatePeople(filter: {city: {eq: "x"}}, data: V) { id }',
        "PersonUpdateInput",
        None,
        "null",
        "BAD_USER_INPUT",
        "Payload data is required",
    ),
    ("no id", "updatePerson(id: V, data: {}) { id }", "ID", None, "null", "BAD_USER_INPUT", "Missing id"),
    ("no id to delete", "deletePerson(id: V) { id }", "ID", None, "null", "BAD_USER_INPUT", "Missing id"),
    ("no id to restore", "restorePerson(id: V) { id }", "ID", None, "null", "BAD_USER_INPUT", "Missing id"),
    ("no id to destroy", "destroyPerson(id: V) { id }", "ID", None, "null", "BAD_USER_INPUT", "Missing id"),
    (
        "nobody to update",
        "updatePerson(id: V, data: {}) { id }",
        "ID",
        "NOWHERE",
        '"NOWHERE"',
        "NOT_FOUND",
        "Record not found",
    ),
    (
        "nobody to delete",
        "deletePerson(id: V) { id company { id } }",
        "ID",
        "NOWHERE",
        '"NOWHERE"',
        "NOT_FOUND",
        "Record not found",
    ),
    ("nobody to restore", "restorePerson(id: V) { id }", "ID", "NOWHERE", '"NOWHERE"', "NOT_FOUND", "Record not found"),
    ("nobody to destroy", "destroyPerson(id: V) { id }", "ID", "NOWHERE", '"NOWHERE"', "NOT_FOUND", "Record not found"),
    (
        "nobody to find",
        "person(filter: {id: {eq: V}}) { id }",
        "ID",
        "NOWHERE",
        '"NOWHERE"',
        "NOT_FOUND",
        "Record not found",
    ),
    (
        "NUL in text",
        "createPerson(data: {city: V}) { id }",
        "String",
        "a\x00b",
        '"a\\u0000b"',
        "BAD_USER_INPUT",
        'Invalid value for field "city": text must not contain NUL',
    ),
    (
        "NUL in a composite",
        'updatePerson(id: "PERSON", data: {name: {firstName: V}}) { id }',
        "String",
        "a\x00b",
        '"a\\u0000b"',
        "BAD_USER_INPUT",
        'Invalid value for field "name.firstName": text must not contain NUL',
    ),
    (
        "NUL in JSON",
        "createAuditLog(data: {properties: V}) { id }",
        "RawJSONScalar",
        {"a": ["\x00"]},
        '{a: ["\\u0000"]}',
        "BAD_USER_INPUT",
        'Invalid value for field "properties": text must not contain NUL',
    ),
    (
        "NUL in a JSON key",
        "createAuditLog(data: {properties: V}) { id }",
        "RawJSONScalar",
        {"\x00": 1},
        None,
        "BAD_USER_INPUT",
        'Invalid value for field "properties": text must not contain NUL',
    ),
    (
        "NUL in an array",
        "createWebhook(data: {operations: V}) { id }",
        "[String]",
        ["\x00"],
        '["\\u0000"]',
        "BAD_USER_INPUT",
        'Invalid value for field "operations": text must not contain NUL',
    ),
    (
        "NUL in a filter",
        "people(filter: {city: {ilike: V}}) { totalCount }",
        "String",
        "\x00",
        '"\\u0000"',
        "BAD_USER_INPUT",
        'Invalid value for field "city": text must not contain NUL',
    ),
    (
        "NUL in a list of a filter",
        "people(filter: {city: {in: V}}) { totalCount }",
        "[String!]",
        ["\x00"],
        '["\\u0000"]',
        "BAD_USER_INPUT",
        'Invalid value for field "city": text must not contain NUL',
    ),
    (
        "NUL in an e-mail",
        "createPerson(data: {emails: {primaryEmail: V}}) { id }",
        "String",
        "\x00",
        '"\\u0000"',
        "BAD_USER_INPUT",
        'Invalid value for field "emails.primaryEmail": text must not contain NUL',
    ),
    (
        "surrogate in text",
        "createPerson(data: {city: V}) { id }",
        "String",
        "\ud800",
        None,
        "BAD_USER_INPUT",
        'Invalid value for field "city": text must not contain a lone surrogate',
    ),
    (
        "surrogate in a filter",
        "people(filter: {city: {eq: V}}) { totalCount }",
        "String",
        "\udfff",
        None,
        "BAD_USER_INPUT",
        'Invalid value for field "city": text must not contain a lone surrogate',
    ),
    (
        "bad additional e-mails",
        "createPerson(data: {emails: {additionalEmails: V}}) { id }",
        "RawJSONScalar",
        {"a": 1},
        "{a: 1}",
        "BAD_USER_INPUT",
        'Invalid value for field "emails.additionalEmails": expected a list',
    ),
    (
        "bad additional phones",
        "createPerson(data: {phones: {additionalPhones: V}}) { id }",
        "RawJSONScalar",
        [1],
        "[1]",
        "BAD_USER_INPUT",
        'Invalid value for field "phones.additionalPhones": expected a list of objects with'
        " number, countryCode, callingCode",
    ),
    (
        "bad secondary links",
        "createPerson(data: {xLink: {secondaryLinks: V}}) { id }",
        "RawJSONScalar",
        "x",
        '"x"',
        "BAD_USER_INPUT",
        'Invalid value for field "xLink.secondaryLinks": not valid JSON',
    ),
    (
        "bad blocknote",
        "createNote(data: {bodyV2: {blocknote: V}}) { id }",
        "String",
        "{",
        '"{"',
        "BAD_USER_INPUT",
        'Invalid value for field "bodyV2.blocknote": not valid JSON',
    ),
    (
        "secret order",
        "webhooks(orderBy: [{secret: V}]) { totalCount }",
        "OrderByDirection",
        "AscNullsFirst",
        "AscNullsFirst",
        "BAD_USER_INPUT",
        'Field "secret" is not sortable',
    ),
]

# Values that do not fit the schema: the message of a variable after its name, and that of a literal.
COERCED: list[tuple[str, str, str, Any, str | None, str, str | None]] = [
    (
        "uuid scalar",
        "people(filter: {id: {eq: V}}) { totalCount }",
        "UUID",
        "nope",
        None,
        ': Value "nope" is not a valid UUID',
        None,
    ),
    (
        "bad foreign key",
        "createPerson(data: {companyId: V}) { id }",
        "UUID",
        "nope",
        '"nope"',
        ': Value "nope" is not a valid UUID',
        'Value "nope" is not a valid UUID',
    ),
    (
        "foreign key that is a number",
        "createPerson(data: {companyId: V}) { id }",
        "UUID",
        1,
        "1",
        ": UUID must be a string",
        "UUID must be a string",
    ),
    (
        "required missing",
        "createBlocklist(data: V) { id }",
        "BlocklistCreateInput",
        {},
        "{}",
        ": Expected value of type 'BlocklistCreateInput' to include required field 'workspaceMemberId', found: {}.",
        "Expected value of type 'BlocklistCreateInput' to include required field 'workspaceMemberId', found: {  }.",
    ),
    (
        "unknown enum in data",
        "createTask(data: {status: V}) { id }",
        "TaskStatusEnum",
        "NOPE",
        "NOPE",
        ": Value 'NOPE' does not exist in 'TaskStatusEnum' enum. Did you mean the enum value 'DONE'?",
        "Value 'NOPE' does not exist in 'TaskStatusEnum' enum. Did you mean the enum value 'DONE'?",
    ),
    (
        "enum as a string",
        "createTask(data: {status: V}) { id }",
        "TaskStatusEnum",
        1,
        '"TODO"',
        ": Enum 'TaskStatusEnum' cannot represent non-string value: 1.",
        "Enum 'TaskStatusEnum' cannot represent non-enum value: \"TODO\". Did you mean the enum value 'TODO'?",
    ),
    (
        "unknown enum in a filter",
        "tasks(filter: {status: {in: V}}) { totalCount }",
        "[TaskStatusEnum]",
        ["TODO", "NOPE"],
        "[TODO, NOPE]",
        " at [1]: Value 'NOPE' does not exist in 'TaskStatusEnum' enum. Did you mean the enum value 'DONE'?",
        "Value 'NOPE' does not exist in 'TaskStatusEnum' enum. Did you mean the enum value 'DONE'?",
    ),
    (
        "unknown direction",
        "people(orderBy: [{city: V}]) { totalCount }",
        "OrderByDirection",
        "Asc",
        "Asc",
        ": Value 'Asc' does not exist in 'OrderByDirection' enum.",
        "Value 'Asc' does not exist in 'OrderByDirection' enum.",
    ),
    (
        "cursor that is no text",
        "people(after: V) { totalCount }",
        "String",
        1,
        "1",
        ": String cannot represent a non string value: 1",
        "String cannot represent a non string value: 1",
    ),
    (
        "first too large",
        "people(first: V) { totalCount }",
        "Int",
        2147483648,
        "2147483648",
        ": Int cannot represent non 32-bit signed integer value: 2147483648",
        "Int cannot represent non 32-bit signed integer value: 2147483648",
    ),
    (
        "text for a number",
        "people(first: V) { totalCount }",
        "Int",
        "1",
        '"1"',
        ": Int cannot represent non-integer value: '1'",
        'Int cannot represent non-integer value: "1"',
    ),
    (
        "number for text",
        "createPerson(data: {city: V}) { id }",
        "String",
        1,
        "1",
        ": String cannot represent a non string value: 1",
        "String cannot represent a non string value: 1",
    ),
    (
        "text for a boolean",
        "createCompany(data: {idealCustomerProfile: V}) { id }",
        "Boolean",
        "true",
        '"true"',
        ": Boolean cannot represent a non boolean value: 'true'",
        'Boolean cannot represent a non boolean value: "true"',
    ),
    (
        "text for a float",
        "createCompany(data: {employees: V}) { id }",
        "Float",
        "1",
        '"1"',
        ": Float cannot represent non numeric value: '1'",
        'Float cannot represent non numeric value: "1"',
    ),
    (
        "boolean for a float",
        "createCompany(data: {employees: V}) { id }",
        "Float",
        True,
        "true",
        ": Float cannot represent non numeric value: True",
        "Float cannot represent non numeric value: true",
    ),
    (
        "list for text",
        "createPerson(data: {city: V}) { id }",
        "String",
        ["a"],
        '["a"]',
        ": String cannot represent a non string value: ['a']",
        'String cannot represent a non string value: ["a"]',
    ),
    (
        "unknown field of an input",
        "createPerson(data: V) { id }",
        "PersonCreateInput",
        {"nope": 1},
        "{nope: 1}",
        ": Expected value of type 'PersonCreateInput' not to include unknown"
        " field 'nope'. Did you mean 'name'? Found: {'nope': 1}.",
        "Expected value of type 'PersonCreateInput' not to include unknown"
        " field 'nope'. Did you mean 'name'? Found: { nope: 1 }.",
    ),
    (
        "search vector",
        "createPerson(data: V) { id }",
        "PersonCreateInput",
        {"searchVector": "x"},
        '{searchVector: "x"}',
        ": Expected value of type 'PersonCreateInput' not to include unknown"
        " field 'searchVector', found: {'searchVector': 'x'}.",
        "Expected value of type 'PersonCreateInput' not to include unknown"
        " field 'searchVector', found: { searchVector: \"x\" }.",
    ),
    (
        "unknown operator",
        "people(filter: {city: V}) { totalCount }",
        "StringFilter",
        {"nope": 1},
        "{nope: 1}",
        ": Expected value of type 'StringFilter' not to include unknown field 'nope', found: {'nope': 1}.",
        "Expected value of type 'StringFilter' not to include unknown field 'nope', found: { nope: 1 }.",
    ),
    (
        "null among the data",
        "createPeople(data: V) { id }",
        "[PersonCreateInput!]",
        [None],
        "[null]",
        " at [0]: Expected value of non-null type 'PersonCreateInput!' not to be None.",
        "Expected value of non-null type 'PersonCreateInput!' not to be None.",
    ),
    (
        "date infinity",
        "createTask(data: {dueAt: V}) { id }",
        "DateTime",
        "infinity",
        '"infinity"',
        ": Invalid date-time: infinity",
        "Invalid date-time: infinity",
    ),
    (
        "date today",
        "updateTasks(filter: {id: {is: NOT_NULL}}, data: {dueAt: V}) { id }",
        "DateTime",
        "today",
        '"today"',
        ": Invalid date-time: today",
        "Invalid date-time: today",
    ),
    (
        "date now in a filter",
        "tasks(filter: {dueAt: {gt: V}}) { totalCount }",
        "Date",
        "now",
        '"now"',
        ": Invalid date-time: now",
        "Invalid date-time: now",
    ),
    (
        "date in year 0",
        "createTask(data: {dueAt: V}) { id }",
        "DateTime",
        "0000-12-31",
        '"0000-12-31"',
        ": Invalid date-time: 0000-12-31",
        "Invalid date-time: 0000-12-31",
    ),
    (
        "date past year 9999",
        "createTask(data: {dueAt: V}) { id }",
        "DateTime",
        "9999-12-31T23:59:59-01:00",
        '"9999-12-31T23:59:59-01:00"',
        ": Invalid date-time: 9999-12-31T23:59:59-01:00",
        "Invalid date-time: 9999-12-31T23:59:59-01:00",
    ),
    (
        "date with month 13",
        "createTask(data: {dueAt: V}) { id }",
        "DateTime",
        "2025-13-01",
        '"2025-13-01"',
        ": Invalid date-time: 2025-13-01",
        "Invalid date-time: 2025-13-01",
    ),
    (
        "date boolean",
        "createTask(data: {dueAt: V}) { id }",
        "DateTime",
        True,
        "true",
        ": A date-time is an ISO 8601 string",
        "DateTime must be a string or a number",
    ),
    (
        "date among dates",
        "tasks(filter: {dueAt: {in: V}}) { totalCount }",
        "[Date!]",
        ["2025-01-01", "tomorrow"],
        '["2025-01-01", "tomorrow"]',
        " at [1]: Invalid date-time: tomorrow",
        "Invalid date-time: tomorrow",
    ),
    (
        "date huge",
        "tasks(filter: {dueAt: {gt: V}}) { totalCount }",
        "Date",
        1e18,
        "1e18",
        ": Invalid date-time: 1e+18",
        "Invalid date-time: 1e+18",
    ),
    (
        "NaN as text for a numeric",
        "createOpportunity(data: {amount: {amountMicros: V}}) { id }",
        "BigFloat",
        "NaN",
        '"NaN"',
        ": Invalid number: NaN",
        "Invalid number: NaN",
    ),
    (
        "infinite numeric",
        "createOpportunity(data: {amount: {amountMicros: V}}) { id }",
        "BigFloat",
        "Infinity",
        "1e999",
        ": Invalid number: Infinity",
        "Invalid number: inf",
    ),
    (
        "too large numeric",
        "createOpportunity(data: {amount: {amountMicros: V}}) { id }",
        "BigFloat",
        "1e131072",
        '"1e131072"',
        ": Invalid number: 1e131072",
        "Invalid number: 1e131072",
    ),
    (
        "bad position",
        "createPerson(data: {position: V}) { id }",
        "Position",
        "middle",
        '"middle"',
        ": Invalid position value: 'middle'. Position must be 'first', 'last', or a number",
        "Invalid position value: 'middle'. Position must be 'first', 'last', or a number",
    ),
    (
        "boolean position",
        "createPerson(data: {position: V}) { id }",
        "Position",
        True,
        "true",
        ": Invalid position value: 'True'. Position must be 'first', 'last', or a number",
        "Position must be a string or a number",
    ),
    (
        "read-only part",
        "createNote(data: {createdBy: V}) { id }",
        "ActorCreateInput",
        {"name": "x"},
        '{name: "x"}',
        ": Expected value of type 'ActorCreateInput' not to include unknown field 'name', found: {'name': 'x'}.",
        "Expected value of type 'ActorCreateInput' not to include unknown field 'name', found: { name: \"x\" }.",
    ),
]


@pytest_asyncio.fixture
async def names(graphql: GraphQL, workspace: Workspace) -> dict[str, str]:
    """Ids by the names that the tables use."""
    person = await create(graphql, "Person", city="x", emails={"primaryEmail": "ada@example.com"})
    view = await create(graphql, "View", objectMetadataId=NOWHERE)
    await create(graphql, "ViewField", fieldMetadataId=view, viewId=view)
    account = await create(graphql, "ConnectedAccount", accountOwnerId=str(workspace.member_id))
    await create(graphql, "Task", status="DONE")
    return {"NOWHERE": NOWHERE, "PERSON": person, "VIEW": view, "ACCOUNT": account}


def named(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [named(item, names) for item in value]
    if isinstance(value, str):
        for name, record_id in names.items():
            value = value.replace(name, record_id)
    return value


async def fingerprint(connection: Any, workspace: Workspace) -> dict[str, tuple[int, str]]:
    """How many rows of the workspace every table has, and a checksum of them."""
    tables = " UNION ALL ".join(
        f"SELECT '{name}', count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY id), ''))"
        f' FROM "{name}" t WHERE workspace_id = $1'
        for name in OBJECTS
    )
    return {row[0]: (row[1], row[2]) for row in await connection.fetch(tables, workspace.id)}


class Ask:
    """Asks with V as a variable or as a literal; the answer's only error. The database must be as it was."""

    def __init__(self, client: httpx.AsyncClient, connection: Any, workspace: Workspace, names: dict[str, str]) -> None:
        self.client, self.connection, self.workspace, self.names = client, connection, workspace, names

    async def variable(self, field: str, type_name: str, value: Any) -> tuple[str, str]:
        asked = field.replace(": V", ": $v")
        return await self._error(f"{self._kind(field)} ($v: {type_name}) {{ {asked} }}", named(value, self.names))

    async def literal(self, field: str, text: str) -> tuple[str, str]:
        return await self._error(f"{self._kind(field)} {{ {field.replace(': V', f': {text}')} }}", None)

    def _kind(self, field: str) -> str:
        return "mutation" if field.startswith(MUTATIONS) else "query"

    async def _error(self, query: str, value: Any) -> tuple[str, str]:
        before = await fingerprint(self.connection, self.workspace)
        body = json.dumps({"query": named(query, self.names), "variables": {"v": value}})
        response = await self.client.post("/graphql", content=body, headers={"Content-Type": "application/json"})
        (error,) = response.json()["errors"]
        assert set(error) <= {"message", "locations", "path", "extensions"} and set(error["extensions"]) == {"code"}
        assert await fingerprint(self.connection, self.workspace) == before
        return error["extensions"]["code"], error["message"]


@pytest.fixture
def ask(client: httpx.AsyncClient, connection: Any, workspace: Workspace, names: dict[str, str]) -> Ask:
    return Ask(client, connection, workspace, names)


@pytest.mark.parametrize(
    ("field", "type_name", "value", "text", "code", "message"),
    [pytest.param(*case[1:], id=case[0]) for case in PLANNED],
)
async def test_a_fault_of_a_value(
    ask: Ask, field: str, type_name: str, value: Any, text: str | None, code: str, message: str
) -> None:
    assert await ask.variable(field, type_name, value) == (code, message)
    if text is not None:
        assert await ask.literal(field, text) == (code, message)


@pytest.mark.parametrize(
    ("field", "type_name", "value", "text", "of_variable", "of_literal"),
    [pytest.param(*case[1:], id=case[0]) for case in COERCED],
)
async def test_a_value_that_does_not_fit_the_schema(
    ask: Ask, field: str, type_name: str, value: Any, text: str | None, of_variable: str, of_literal: str | None
) -> None:
    found = await ask.variable(field, type_name, value)
    assert found == ("BAD_USER_INPUT", f"Variable '$v' has invalid value{of_variable}")
    if text is not None:
        assert await ask.literal(field, text) == ("GRAPHQL_VALIDATION_FAILED", of_literal)


async def test_infinite_numbers_can_only_be_literals(ask: Ask) -> None:
    infinite = ("BAD_USER_INPUT", 'Invalid number for field "employees": inf')
    assert await ask.literal("createCompany(data: {employees: V}) { id }", "1e999") == infinite
    assert await ask.literal("companies(filter: {employees: {lt: V}}) { totalCount }", "-1e999") == (
        "BAD_USER_INPUT",
        'Invalid number for field "employees": -inf',
    )
    position = ("GRAPHQL_VALIDATION_FAILED", 'Invalid number for field "position": inf')
    assert await ask.literal("createPerson(data: {position: V}) { id }", "1e999") == position
    properties = ("BAD_USER_INPUT", 'Invalid value for field "properties": JSON numbers must be finite')
    assert await ask.literal("createAuditLog(data: {properties: V}) { id }", "[1e999]") == properties


async def test_a_pattern_that_ends_in_a_lone_backslash(ask: Ask) -> None:
    for operator in ("like", "ilike"):
        field = f"people(filter: {{city: {{{operator}: V}}}}) {{ totalCount }}"
        message = "Invalid filter value for field city: the pattern ends in a lone backslash"
        assert await ask.variable(field, "String", "x\\") == ("BAD_USER_INPUT", message)


async def test_a_regular_expression_that_is_none(ask: Ask) -> None:
    for operator in ("regex", "iregex"):
        field = f"people(filter: {{city: {{{operator}: V}}}}) {{ totalCount }}"
        assert await ask.variable(field, "String", "(") == ("BAD_USER_INPUT", "A regular expression is not valid.")


async def test_a_required_relation_through_a_variable_that_is_null(ask: Ask) -> None:
    code, message = await ask.variable("createBlocklist(data: {workspaceMemberId: V}) { id }", "UUID", None)
    assert code == "BAD_USER_INPUT" and "workspaceMemberId" in message
    code, message = await ask.literal("createBlocklist(data: {workspaceMemberId: V}) { id }", "null")
    assert code == "GRAPHQL_VALIDATION_FAILED"


@pytest.mark.parametrize(
    ("query", "code", "message"),
    [
        ("{ people { totalCount }", "GRAPHQL_PARSE_FAILED", "Syntax Error: Expected Name, found <EOF>."),
        ("{ people { nope } }", "GRAPHQL_VALIDATION_FAILED", "Cannot query field 'nope' on type 'PersonConnection'."),
        (
            "query ($v: Int) { people(after: $v) { totalCount } }",
            "GRAPHQL_VALIDATION_FAILED",
            "Variable '$v' of type 'Int' used in position expecting type 'String'.",
        ),
        (
            "query ($v: [ID]) { people(filter: {id: {eq: $v}}) { totalCount } }",
            "GRAPHQL_VALIDATION_FAILED",
            "Variable '$v' of type '[ID]' used in position expecting type 'ID'.",
        ),
        (
            "query ($v: String) { people(filter: {id: {eq: $v}}) { totalCount } }",
            "GRAPHQL_VALIDATION_FAILED",
            "Variable '$v' of type 'String' used in position expecting type 'ID'.",
        ),
        (
            "query ($v: Int!) { people(first: $v) { totalCount } }",
            "BAD_USER_INPUT",
            "Variable '$v' has invalid value: Expected a value of non-null type 'Int!' to be provided.",
        ),
        (
            "query A { __typename } query B { __typename }",
            "GRAPHQL_VALIDATION_FAILED",
            "Must provide operation name if query contains multiple operations.",
        ),
        (
            "{ people(first: 1) { totalCount } people(first: 2) { totalCount } }",
            "GRAPHQL_VALIDATION_FAILED",
            "Fields 'people' conflict because they have differing arguments. Use different aliases on the fields to"
            " fetch both if this was intentional.",
        ),
    ],
)
async def test_a_document(graphql: GraphQL, query: str, code: str, message: str) -> None:
    answer = await graphql(query)
    found = [(error["extensions"]["code"], error["message"]) for error in answer["errors"]]
    assert found == [(code, message)]


async def test_a_fault_of_one_root_field_leaves_the_others(graphql: GraphQL) -> None:
    answer = await graphql(
        """{
          good: people { totalCount }
          bad: people(after: "!") { totalCount }
          nobody: person(filter: {city: {eq: "x"}}) { id }
        }"""
    )
    assert answer["data"] == {"good": {"totalCount": 0}, "bad": None, "nobody": None}
    errors = sorted(answer["errors"], key=lambda error: str(error["path"]))
    assert errors == [
        {
            "message": "Invalid cursor: !",
            "path": ["bad"],
            "locations": [{"line": 3, "column": 11}],
            "extensions": {"code": "BAD_USER_INPUT"},
        },
        {
            "message": "Record not found",
            "path": ["nobody"],
            "locations": [{"line": 4, "column": 11}],
            "extensions": {"code": "NOT_FOUND"},
        },
    ]
