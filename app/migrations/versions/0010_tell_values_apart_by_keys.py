"""tell values apart by keys.

E-mails, links and phones get keys beside them, made by the same code that makes those of new values. Live rows that
have the same now, where it must be unique, are numbered by their age, and printed with how to merge them.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.migrations import long_texts
from schema.values.keys import email_key, email_keys, link_key, link_keys, phone_key, phone_keys

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BATCH = 5000
PHONES = ("phonesPrimaryPhoneNumber", "phonesPrimaryPhoneCountryCode", "phonesPrimaryPhoneCallingCode")
Key = tuple[str, Callable[..., Any], Sequence[str]]
"""The column of a key, what makes it, and of which columns."""


def link(value: str, others: str, field: str, snake: str) -> list[Key]:
    return [
        (f"{snake}_primary_link_url_key", link_key, [f"{field}{value}"]),
        (f"{snake}_secondary_links_keys", link_keys, [f"{field}{others}"]),
    ]


def links(field: str, snake: str) -> list[Key]:
    return link("PrimaryLinkUrl", "SecondaryLinks", field, snake)


KEYS: dict[str, list[Key]] = {
    "person": [
        ("emails_primary_email_key", email_key, ["emailsPrimaryEmail"]),
        ("emails_additional_emails_keys", email_keys, ["emailsAdditionalEmails"]),
        *links("linkedinLink", "linkedin_link"),
        *links("xLink", "x_link"),
        ("phones_primary_phone_number_key", phone_key, PHONES),
        ("phones_additional_phones_keys", phone_keys, ["phonesAdditionalPhones"]),
    ],
    "company": [
        *links("domainName", "domain_name"),
        *links("linkedinLink", "linkedin_link"),
        *links("xLink", "x_link"),
    ],
    "calendarEvent": links("conferenceLink", "conference_link"),
}
UNIQUE = (
    ("person", "emailsPrimaryEmail", "emails_primary_email", "mergePeople", "people"),
    ("company", "domainNamePrimaryLinkUrl", "domain_name_primary_link_url", "mergeCompanies", "companies"),
)


def upgrade() -> None:
    for table, keys in KEYS.items():
        for name, _, _ in keys:
            is_list = name.endswith("_keys")
            sql_type, default = (postgresql.JSONB(), None) if is_list else (sa.Text(), sa.text("''::text"))
            op.add_column(table, sa.Column(name, sql_type, server_default=default, nullable=is_list))
        fill(table, keys)
    for table, value, name, merge, plural in UNIQUE:
        key, apart = f"{name}_key", f"{name}_apart"
        op.add_column(table, sa.Column(apart, sa.Integer(), server_default=sa.text("0"), nullable=False))
        set_apart(table, key, apart)
        told = list(collisions(table, value, key, apart))
        if told:
            print(f"These {plural} are the same, and stay as they are until they are merged or changed:")
            print("\n".join(["workspace | the same | ids, the oldest first", *told]))
            print(
                f"Merge each row of them: {merge}(ids: […], conflictPriorityIndex: 0), or PATCH /rest/{plural}/merge,"
                " with at most 9 ids at once, the first of the row each time."
            )
        op.drop_index(f"uq_{table}_{value}", table_name=table)
        op.drop_index(f"ix_{table}_{value}_deletedAt", table_name=table)
        live = sa.text(f'"{key}" <> \'\' AND "deletedAt" IS NULL')
        columns = ["workspace_id", key, apart]
        op.create_index(f"uq_{table}_{value}", table, columns, unique=True, postgresql_where=live)
        deleted = sa.text('"deletedAt" IS NOT NULL')
        op.create_index(f"ix_{table}_{value}_deletedAt", table, columns[:2], postgresql_where=deleted)
    lists = "emails_additional_emails_keys"
    op.create_index(
        "ix_person_emailsAdditionalEmails",
        "person",
        [lists],
        postgresql_using="gin",
        postgresql_ops={lists: "jsonb_path_ops"},
        postgresql_where=sa.text(f'"{lists}" IS NOT NULL'),
    )
    linked = "linkedin_link_primary_link_url_key"
    filled = sa.text(f"\"{linked}\" <> ''")
    long_texts.create_index(
        "ix_person_linkedinLinkPrimaryLinkUrl",
        "person",
        ["workspace_id", linked],
        ["linkedinLinkPrimaryLinkUrl"],
        postgresql_where=filled,
    )


def downgrade() -> None:
    """Rows that were set apart have the same value only where it is spelled alike; then it cannot be undone."""
    op.drop_index("ix_person_linkedinLinkPrimaryLinkUrl", table_name="person")
    op.drop_index("ix_person_emailsAdditionalEmails", table_name="person")
    for table, value, name, _, _ in UNIQUE:
        op.drop_index(f"ix_{table}_{value}_deletedAt", table_name=table)
        op.drop_index(f"uq_{table}_{value}", table_name=table)
        live = sa.text(f'"{value}" <> \'\' AND "deletedAt" IS NULL')
        op.create_index(f"uq_{table}_{value}", table, ["workspace_id", value], unique=True, postgresql_where=live)
        deleted = sa.text('"deletedAt" IS NOT NULL')
        op.create_index(f"ix_{table}_{value}_deletedAt", table, ["workspace_id", value], postgresql_where=deleted)
        op.drop_column(table, f"{name}_apart")
    for table, keys in KEYS.items():
        for name, _, _ in keys:
            op.drop_column(table, name)


def fill(table: str, keys: Sequence[Key]) -> None:
    """The keys of all rows, in batches, in the order of the primary key. Rows that have none are not written."""
    types = {name: "jsonb" if name.endswith("_keys") else "text" for name, _, _ in keys}
    definition = ", ".join(f'"{name}" {sql_type}' for name, sql_type in types.items())
    values = ", ".join(f'"{name}" = made."{name}"' for name in types)
    update = sa.text(
        f'UPDATE "{table}" AS own SET {values}'
        f" FROM jsonb_to_recordset(CAST(:made AS jsonb)) AS made(workspace_id uuid, id uuid, {definition})"
        " WHERE own.workspace_id = made.workspace_id AND own.id = made.id"
    )
    for rows in batches(table, dict.fromkeys(column for _, _, columns in keys for column in columns)):
        made = [one for one in (keys_of(row, keys) for row in rows) if any(one[name] for name in types)]
        if made:
            op.get_bind().execute(update, {"made": json.dumps(made)})


def keys_of(row: Any, keys: Sequence[Key]) -> dict[str, Any]:
    made = {name: make(*(row[column] for column in columns)) for name, make, columns in keys}
    return {"workspace_id": str(row["workspace_id"]), "id": str(row["id"]), **made}


def batches(table: str, columns: Iterable[str]) -> Iterator[Sequence[Any]]:
    bind, after = op.get_bind(), None
    outputs = ", ".join(f'"{column}"' for column in columns)
    while True:
        beyond = "WHERE (workspace_id, id) > (:workspace, :id)" if after else ""
        query = f'SELECT workspace_id, id, {outputs} FROM "{table}" {beyond} ORDER BY workspace_id, id LIMIT {BATCH}'
        parameters = {"workspace": after["workspace_id"], "id": after["id"]} if after else {}
        rows = bind.execute(sa.text(query), parameters).mappings().all()
        yield rows
        if len(rows) < BATCH:
            return
        after = rows[-1]


def set_apart(table: str, key: str, apart: str) -> None:
    """Numbers live rows of one key by their age, from 0."""
    op.execute(
        f'UPDATE "{table}" AS own SET "{apart}" = aged.place FROM ('
        f'SELECT workspace_id, id, row_number() OVER (PARTITION BY workspace_id, "{key}" ORDER BY "createdAt", id) - 1'
        f' AS place FROM "{table}" WHERE "{key}" <> \'\' AND "deletedAt" IS NULL) AS aged'
        " WHERE aged.place > 0 AND own.workspace_id = aged.workspace_id AND own.id = aged.id"
    )


def collisions(table: str, value: str, key: str, apart: str) -> Iterator[str]:
    """A line for each key that several live rows have."""
    query = (
        f'SELECT workspace_id, "{key}" AS key, array_agg(id ORDER BY "{apart}") AS ids FROM "{table}"'
        f' WHERE "deletedAt" IS NULL AND "{key}" IN (SELECT "{key}" FROM "{table}" WHERE "{apart}" > 0)'
        f' GROUP BY workspace_id, "{key}" HAVING count(*) > 1 ORDER BY workspace_id, "{key}"'
    )
    for row in op.get_bind().execute(sa.text(query)):
        yield f"{row.workspace_id} | {row.key} | {', '.join(map(str, row.ids))}"
