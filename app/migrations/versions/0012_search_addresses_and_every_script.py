"""search all e-mails, links and phones, without regard to accents, and scripts without spaces.

A function of the database reads words, since it takes its text at several places. Of all rows the search vector is
made anew.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MARKS = r"\u0300-\u036F"
UNSPACED = (
    r"\u0E00-\u0EFF\u1000-\u109F\u1780-\u17FF\u3005\u3007\u3041-\u309F\u30A1-\u30FA\u30FC-\u30FF"
    r"\u3400-\u4DBF\u4E00-\u9FFF\uA9E0-\uA9FF\uAA60-\uAA7F\uAC00-\uD7A3\uF900-\uFAFF\U00020000-\U0003FFFF"
)
SIGNS = (
    r"\u00A0-\u00A9\u00AB-\u00B1\u00B4\u00B6-\u00B8\u00BB\u00BF\u00D7\u00F7\u055A-\u055F\u0589\u05BE\u05C0\u05C3"
    r"\u05F3\u05F4\u060C\u061B\u061F\u066A-\u066D\u06D4\u0964\u0965\u2000-\u206F\u20A0-\u20CF\u2190-\u2BFF\u3000-\u3004"
    r"\u3008-\u3020\u3030\u303D\u30A0\u30FB\uFE00-\uFE0F\uFE30-\uFE4F\U0001F000-\U0001FAFF"
)
FUNCTION = f"""
CREATE FUNCTION search_words(given text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  IF octet_length(given) = length(given) THEN
    RETURN to_tsvector('simple'::regconfig, translate(given, '/.@-_<&+', '        '));
  END IF;
  given := regexp_replace(translate(lower(normalize(regexp_replace(normalize(given, NFKD), '[{MARKS}]', '', 'g'), NFC)),\
 'ς', 'σ'), '[{SIGNS}]', ' ', 'g');
  given := translate(given, '/.@-_<&+', '        ');
  IF given ~ '[{UNSPACED}]' THEN
    given := regexp_replace(given, '[{UNSPACED}][{UNSPACED}]?', ' \\& ', 'g') || ' ' || regexp_replace(regexp_replace(given,\
 '^[{UNSPACED}]|[^{UNSPACED}]+[{UNSPACED}]?', ' ', 'g'), '[{UNSPACED}][{UNSPACED}]?', ' \\& ', 'g');
  END IF;
  RETURN to_tsvector('simple'::regconfig, given);
END $$
"""


def links(url: str, key: str, keys: str) -> str:
    beyond_ascii = f"""CASE WHEN octet_length("{url}") <> length("{url}") THEN "{url}" ELSE '' END"""
    return f""""{key}" || ' ' || {beyond_ascii} || ' ' || coalesce("{keys}"::text, '')"""


LINKEDIN = links(
    "linkedinLinkPrimaryLinkUrl", "linkedin_link_primary_link_url_key", "linkedin_link_secondary_links_keys"
)
X = links("xLinkPrimaryLinkUrl", "x_link_primary_link_url_key", "x_link_secondary_links_keys")
DOMAIN = links("domainNamePrimaryLinkUrl", "domain_name_primary_link_url_key", "domain_name_secondary_links_keys")
EMAILS = """"emailsPrimaryEmail" || ' ' || coalesce("emailsAdditionalEmails"::text, '')"""
PHONES = (
    """translate("phonesPrimaryPhoneNumber", ' -().+/', '') || ' ' || "phones_primary_phone_number_key" || ' ' ||"""
    """ coalesce("phones_additional_phones_keys"::text, '') || ' ' || translate(coalesce("""
    """jsonb_path_query_array("phonesAdditionalPhones", '$[*].number')::text, ''), ' -().+/', '')"""
)
NAME = """"nameFirstName" || ' ' || "nameLastName\""""
SEARCHED = {
    "company": ('"name"', '"domainNamePrimaryLinkLabel"', DOMAIN, LINKEDIN, X),
    "note": ('"title"', '"bodyV2Markdown"'),
    "opportunity": ('"name"',),
    "person": (NAME, '"jobTitle"', EMAILS, LINKEDIN, X, PHONES),
    "task": ('"title"', '"bodyV2Markdown"'),
    "workspaceMember": (NAME, '"userEmail"'),
}


def upgrade() -> None:
    op.execute(sa.text(FUNCTION.strip().replace(":", "\\:")))
    for table, texts in SEARCHED.items():
        document = " || ' ' || ".join(texts)
        replace(table, f"search_words({document})")


def downgrade() -> None:
    for table, (document, *_) in SEARCHED.items():
        replace(table, f"to_tsvector('simple'::regconfig, {document})")
    op.execute("DROP FUNCTION search_words")


def replace(table: str, vector: str) -> None:
    """With its index, which goes and comes with it."""
    op.drop_column(table, "searchVector")
    computed = sa.Computed(vector, persisted=True)
    op.add_column(table, sa.Column("searchVector", postgresql.TSVECTOR(), computed, nullable=True))
    op.create_index(f"ix_{table}_searchVector", table, ["searchVector"], unique=False, postgresql_using="gin")
