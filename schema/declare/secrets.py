"""What stands for a secret wherever one is read."""

SECRET_MASK = "********"
