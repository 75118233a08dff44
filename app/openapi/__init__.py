"""What the routes take and answer, for people and programs: the OpenAPI document and its viewer."""
