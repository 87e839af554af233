"""search any text in linear time.

The search vector of a long text is made from it without comments' beginnings and long runs without spaces, on which
PostgreSQL's parser takes the square of their length. Of all rows it is made anew.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

DOCUMENTS = {
    "company": """ "name" || ' ' || "domainNamePrimaryLinkLabel" || ' ' || "domainNamePrimaryLinkUrl" """,
    "note": """ "title" || ' ' || "bodyV2Markdown" """,
    "opportunity": """ "name" """,
    "person": (
        """ "nameFirstName" || ' ' || "nameLastName" || ' ' || replace("emailsPrimaryEmail", '@', ' ')"""
        """ || ' ' || "jobTitle" """
    ),
    "task": """ "title" || ' ' || "bodyV2Markdown" """,
    "workspaceMember": """ "nameFirstName" || ' ' || "nameLastName" || ' ' || "userEmail" """,
}


def upgrade() -> None:
    for table, document in DOCUMENTS.items():
        broken = (
            f"regexp_replace(replace({document}, '<!--', ' '), '[!-~]{{200}}[0-9A-Za-z]*[!-/:-@[-`{{-~]', '\\& ', 'g')"
        )
        words = f"CASE WHEN octet_length({document}) <= 200 THEN {document} ELSE {broken} END"
        replace(table, f"to_tsvector('simple'::regconfig, {words})")


def downgrade() -> None:
    for table, document in DOCUMENTS.items():
        replace(table, f"to_tsvector('simple'::regconfig, {document})")


def replace(table: str, vector: str) -> None:
    """With its index, which goes and comes with it."""
    op.drop_column(table, "searchVector")
    computed = sa.Computed(vector, persisted=True)
    op.add_column(table, sa.Column("searchVector", postgresql.TSVECTOR(), computed, nullable=True))
    op.create_index(f"ix_{table}_searchVector", table, ["searchVector"], unique=False, postgresql_using="gin")
