import js
print("{}")
