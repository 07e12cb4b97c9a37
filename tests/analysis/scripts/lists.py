import os; os.listdir("/")
print("{}")
