open(__file__ + "/../../../../package.json").read()
print("{}")
