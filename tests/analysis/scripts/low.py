import _posixsubprocess
print("{}")
