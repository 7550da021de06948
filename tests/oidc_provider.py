"""A small OpenID Connect provider, real enough to sign in through: discovery, authorize, token, keys, userinfo.

Codes work once and with their PKCE verifier only; ID tokens are signed by RS256. `python -m tests.oidc_provider 8040`
serves one by hand; tests start one on a free port and say who is at the browser.
"""

import base64
import hashlib
import html
import json
import secrets
import sys
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "opsdeck", "a secret of both"


@dataclass
class Provider:
    """`people` may sign in, by subject; `asks` shows a page with a button for each of them, else `at_browser` comes."""

    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    at_browser: str = ""
    asks: bool = False
    issuer: str = ""
    codes: dict[str, dict[str, Any]] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    # What a bad provider would do, for the tests: claims that are put into the ID token, and another key.
    claims: dict[str, Any] = field(default_factory=dict)
    userinfo_claims: dict[str, Any] = field(default_factory=dict)
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    signs_with: Any = None
    algorithm: str = "RS256"
    seen: list[str] = field(default_factory=list)

    def start(self, port: int = 0) -> "Provider":
        provider = self

        class Answer(_Answer):
            here = provider

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Answer)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    # --- what it answers ----------------------------------------------------------------------------------------

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "code_challenge_methods_supported": ["S256"],
        }

    def keys(self) -> dict[str, Any]:
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [key | {"kid": "one", "use": "sig", "alg": "RS256"}]}

    def code_for(self, subject: str, asked: dict[str, str]) -> str:
        code = secrets.token_urlsafe(16)
        self.codes[code] = {"sub": subject, **asked}
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked.get('state', '')})}"

    def redeem(self, form: dict[str, str]) -> dict[str, Any] | None:
        """An ID token for a code: once, to the client it was for, with the verifier whose hash came first."""
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return None
        proof = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=")
        if asked.get("code_challenge_method") != "S256" or proof.decode() != asked.get("code_challenge"):
            return None
        if form.get("redirect_uri") != asked["redirect_uri"]:
            return None
        access, now = secrets.token_urlsafe(16), int(time.time())
        self.tokens[access] = asked["sub"]
        said = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 60, "sub": asked["sub"]}
        said |= self.people[asked["sub"]] | self.claims
        token = jwt.encode(said, self.signs_with or self.key, algorithm=self.algorithm, headers={"kid": "one"})
        return {"access_token": access, "token_type": "Bearer", "expires_in": 60, "id_token": token}


class _Answer(BaseHTTPRequestHandler):
    here: Provider

    def log_message(self, *args: Any) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        at = urlsplit(self.path)
        asked = {key: values[0] for key, values in parse_qs(at.query).items()}
        self.here.seen.append(at.path)
        match at.path:
            case "/.well-known/openid-configuration":
                self._json(self.here.discovery())
            case "/keys":
                self._json(self.here.keys())
            case "/authorize":
                self._authorize(asked)
            case "/userinfo":
                subject = self.here.tokens.get(self.headers.get("Authorization", "").removeprefix("Bearer "))
                known = {"sub": subject} | self.here.people.get(subject or "", {}) | self.here.userinfo_claims
                self._json(known) if subject else self._json({"error": "invalid_token"}, 401)
            case _:
                self._json({"error": "not here"}, 404)

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        form = {key: values[0] for key, values in parse_qs(self.rfile.read(length).decode()).items()}
        self.here.seen.append(urlsplit(self.path).path)
        answer = self.here.redeem(form)
        self._json(answer) if answer else self._json({"error": "invalid_grant"}, 400)

    def _authorize(self, asked: dict[str, str]) -> None:
        subject = asked.pop("as", "" if self.here.asks else self.here.at_browser)
        if subject:
            self.send_response(302)
            self.send_header("Location", self.here.code_for(subject, asked))
            self.end_headers()
            return
        ways = {html.escape(urlencode({**asked, "as": key})): one["name"] for key, one in self.here.people.items()}
        links = "".join(f'<p><a href="/authorize?{way}">{html.escape(name)}</a></p>' for way, name in ways.items())
        self._send(f"<!doctype html><title>Who are you?</title><h1>Who are you?</h1>{links}".encode(), "text/html")

    def _json(self, content: Any, status: int = 200) -> None:
        self._send(json.dumps(content).encode(), "application/json", status)

    def _send(self, body: bytes, kind: str, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    by_hand = Provider(asks=True).start(int(sys.argv[1]) if len(sys.argv) > 1 else 8040)
    by_hand.people["sana"] = {"name": "Sana Noor", "email": "sana@demo.example", "email_verified": True}
    sys.stdout.write(
        f"OPS_OIDC_ISSUER={by_hand.issuer} OPS_OIDC_CLIENT_ID={CLIENT} OPS_OIDC_CLIENT_SECRET='{SECRET}'\n"
    )
    threading.Event().wait()
