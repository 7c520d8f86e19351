import http.client, json, time, urllib.error, urllib.request

def changes(service, token, since=None):
    """All changes after a revision, each once, in order, for as long as the caller goes on; from now on without a revision.

    The token is a text, or a function that gives one that is good now.
    """
    while True:
        headers = {"Authorization": f"Bearer {token() if callable(token) else token}"}
        if since is not None:
            headers["Last-Event-ID"] = str(since)
        try:
            request = urllib.request.Request(f"{service}/api/v1/changes", headers=headers)
            with urllib.request.urlopen(request, timeout=60) as answer:   # a heartbeat comes every 15 seconds
                for line in answer:
                    if not line.startswith(b"data:"):
                        continue
                    message = json.loads(line[5:])
                    if message["event"] == "resync_required":
                        raise LookupError("the tenant has no such revision: read everything anew")
                    if since is None:
                        since = message["revision"]                       # of the first message, which is ready
                    if message["type"] == "change" and message["revision"] > since:
                        yield message
                        since = message["revision"]
        except urllib.error.HTTPError as error:
            if error.code not in (429, 503):
                raise                                                     # 401: no good token; 410: read everything anew
        except (OSError, http.client.HTTPException):
            pass
        time.sleep(1)
