open("/etc/hostname").read()
print("{}")
