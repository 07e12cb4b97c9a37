import json, os, sys
json.dump({"env": sorted(os.environ), "isolated": sys.flags.isolated, "nosite": sys.flags.no_site}, sys.stdout)
