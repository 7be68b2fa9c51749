"""What the HTTP interface takes and gives, as pydantic models. Names here are the names in the OpenAPI document."""
