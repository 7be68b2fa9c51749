"""One module a subject, each with a `router`."""
