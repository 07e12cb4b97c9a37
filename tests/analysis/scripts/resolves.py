import socket; socket.getaddrinfo("localhost", 80)
print("{}")
