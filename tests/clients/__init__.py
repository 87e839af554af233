"""Published clients and an audit that others wrote, against a server of ours: `make clients`, `make audit`."""
