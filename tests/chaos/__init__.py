"""Kills servers, workers and PostgreSQL under writers, and then looks whether every change was told exactly once."""
