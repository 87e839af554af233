"""Catalog → Strawberry types, inputs and root fields."""
