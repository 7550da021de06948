"""Health check inside a container: does this address answer without an error of the server?"""

import sys
import urllib.error
import urllib.request

try:
    urllib.request.urlopen(urllib.request.Request(sys.argv[1], headers={"X-Forwarded-Proto": "https"}), timeout=4)
except urllib.error.HTTPError as error:
    sys.exit(error.code >= 500)
except OSError:
    sys.exit(1)
