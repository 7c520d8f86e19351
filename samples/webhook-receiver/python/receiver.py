"""A receiver of webhooks: python3 receiver.py PORT, with the secret in WEBHOOK_SECRET. Prints what it gets."""
import base64, hashlib, hmac, json, os, sys, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOLERANCE = 5 * 60


def is_genuine(secret, message_id, timestamp, signatures, body, now=None):
    """Whether the service has sent this, and within the last minutes."""
    if not timestamp.isdigit() or abs((now or time.time()) - int(timestamp)) > TOLERANCE:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = b".".join([message_id.encode(), timestamp.encode(), body])
    expected = b"v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
    # During a rotation there are two.
    return any(hmac.compare_digest(each.encode(), expected) for each in signatures.split(" "))


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    handled = 0  # keep it where the work is kept, so that a restart handles nothing twice

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        sent = [self.headers.get(name, "") for name in ("webhook-id", "webhook-timestamp", "webhook-signature")]
        if not is_genuine(os.environ["WEBHOOK_SECRET"], *sent, body):
            self.answer(401)
            return
        message = json.loads(body)
        if message["type"] != "ping" and message["revision"] > Receiver.handled:  # what comes again was handled before
            Receiver.handled = message["revision"]
            print(message["revision"], message["type"], flush=True)  # put the work aside here
        self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 8090), Receiver)
    print("listening", server.server_port, flush=True)
    server.serve_forever()
