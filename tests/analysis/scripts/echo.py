import json
import statistics
import sys
given = json.load(sys.stdin)
json.dump({"given": given, "mean": statistics.fmean(given["values"])}, sys.stdout)
