"""A resident declares, gets a colour, and reads why."""

ANSWERS = {"symptoms": "none", "contact": "no", "division": "990102001001"}


def test_from_a_declaration_to_a_colour_and_its_reason(site, login) -> None:
    browser = login()
    assert "还没有申报" in browser.get("/passes").text
    assert browser.get("/passes/epi-2026/declare").status_code == 200
    wrong = browser.post("/passes/epi-2026/declare", data={"contact": "no", "temp": "热"})
    assert wrong.status_code == 422
    assert "请回答" in wrong.text
    assert "绿码" in browser.post("/passes/epi-2026/declare", data=ANSWERS).text
    red = browser.post("/passes/epi-2026/declare", data=ANSWERS | {"symptoms": "fever", "temp": "３７．５℃"})
    assert "黄码" in red.text
    why = browser.get("/passes/epi-2026/why").text
    assert "37.3" in why
    assert "黄码" in browser.get("/passes").text
