print("{\"a\": NaN}")
