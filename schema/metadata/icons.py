"""The icons that clients show beside fields: names of the Tabler set. An object's own is a trait."""

from collections.abc import Mapping

from schema.catalog.model import Field

_BY_NAME: Mapping[str, str] = {
    "createdAt": "IconCalendar",
    "updatedAt": "IconCalendarClock",
    "deletedAt": "IconCalendarMinus",
}
"""Of the fields that every object has."""

_BY_KIND: Mapping[str, str] = {
    "ACTOR": "IconCreativeCommonsSa",
    "ADDRESS": "IconMap",
    "ARRAY": "IconBracketsContain",
    "BOOLEAN": "IconToggleLeft",
    "CURRENCY": "IconCurrencyDollar",
    "DATE_TIME": "IconCalendarTime",
    "EMAILS": "IconMail",
    "FULL_NAME": "IconUser",
    "LINKS": "IconLink",
    "MULTI_SELECT": "IconTags",
    "NUMBER": "IconNumbers",
    "NUMERIC": "IconNumbers",
    "PHONES": "IconPhone",
    "POSITION": "IconHierarchy2",
    "RAW_JSON": "IconBraces",
    "RICH_TEXT": "IconNotes",
    "RICH_TEXT_V2": "IconNotes",
    "SELECT": "IconTag",
    "TEXT": "IconTypography",
    "UUID": "IconId",
}


def icon(field: Field) -> str:
    return _BY_NAME.get(field.name) or _BY_KIND[field.kind_name]
