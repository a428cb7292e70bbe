"""What another site can do to somebody who is logged in here: nothing."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

FORM = """<!doctype html><title>Hadiah</title>
<form method="post" action="{address}/language"><input name="language" value="en"><input name="at" value="/"></form>
<script>document.forms[0].submit()</script>"""
FRAME = """<!doctype html><title>Hadiah</title><iframe src="{address}/" width="600" height="600"></iframe>"""


@contextmanager
def another_site(content: str) -> Iterator[int]:
    """Serve one page on a port of its own: the same site as ours by name, but another origin."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(content.encode())

        def log_message(self, *words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


# By another name the browser sends no cookie at all; on our own name and another port it does, and we refuse.
@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_a_form_of_another_site_changes_nothing(visit, server, name):
    visitor = visit("pengurus.koperasi")
    with another_site(FORM.format(address=server.address)) as port:
        visitor.page.goto(f"http://{name}:{port}/")
        visitor.page.wait_for_url(f"{server.address}/language")
    assert "Permintaan datang dari situs lain" in visitor.page.content()
    visitor.page.goto("/")
    assert visitor.page.evaluate("document.documentElement.lang") == "id"


def test_no_site_can_show_ours_in_a_frame(visit, server):
    visitor = visit("pengurus.koperasi")
    with another_site(FRAME.format(address=server.address)) as port:
        visitor.page.goto(f"http://127.0.0.1:{port}/", wait_until="load")
        frame = visitor.page.frames[1]
        assert "Pasok" not in frame.content()
    assert any("frame-ancestors" in said for said in visitor.seen.errors)


def test_a_script_in_a_page_does_not_run(visit):
    visitor = visit("pengurus.koperasi")
    visitor.page.goto("/")
    visitor.page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.wasRun = true";
            document.body.append(script);
            const button = document.createElement("div");
            button.innerHTML = '<img src="/none" onerror="window.wasRun = true">';
            document.body.append(button);
        }"""
    )
    visitor.page.wait_for_timeout(300)
    assert visitor.page.evaluate("window.wasRun") is None
    assert any("Content Security Policy" in said for said in visitor.seen.errors)
