import tempfile
with tempfile.TemporaryFile() as file:
    file.write(b"x")
    file.flush()
print("{}")
