"""The last decisions on a field are found at once: the codebook shows how each code was decided."""

STATEMENTS = "CREATE INDEX decisions_by_field ON decisions(field, id);"
