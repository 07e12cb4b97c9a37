open(__file__, "a")
print("{}")
