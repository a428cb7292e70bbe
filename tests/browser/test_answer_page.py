"""The page of a link in a message: its style stands in it, and a browser draws that style and no other."""

import pytest
from playwright.sync_api import Browser, Route

from service.api.answer_page import PAGE_POLICY, over_page

ADDRESS = "http://pasok.test/api/v1/answer-links/AZ"
STRANGE = "<style>body { max-width: 10px !important }</style>"


@pytest.mark.parametrize("added", ["", STRANGE], ids=["as it is", "with a style of somebody else"])
def test_the_page_is_drawn_as_it_is_meant(chromium: Browser, added: str) -> None:
    body = over_page().replace("</head>", f"{added}</head>")
    headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": PAGE_POLICY}

    def answer(route: Route) -> None:
        route.fulfill(body=body, headers=headers)

    with chromium.new_context() as context:
        page = context.new_page()
        page.route("**/*", answer)
        page.goto(ADDRESS)
        assert page.evaluate("getComputedStyle(document.body).maxWidth") == "544px"
