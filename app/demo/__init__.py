"""A made-up CRM to look at: `icosa demo`."""
