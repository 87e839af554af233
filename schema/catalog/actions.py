"""What happens to records, as events name it: `person.created`."""

ACTIONS = ("created", "updated", "deleted", "restored", "destroyed")
