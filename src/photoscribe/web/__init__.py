"""The HTTP interface and the web app: routes over the application, no SQL and no arrays."""
