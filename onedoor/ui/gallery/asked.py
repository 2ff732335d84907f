"""States of what a page asks: fields, errors, answers."""

from typing import Any

from .states import Say, State, entry, use


def ask(kind: str, label: str, /, caption: str = "", **more: Any) -> tuple[str, State]:
    """One state of `field`."""
    return caption or kind, use("field", label=label, kind=kind, **more)


def typed(t: Say) -> list[tuple[str, State]]:
    news = t("用来接收办理进度", "For news of your case")
    last = t("18 位，最后一位可以是 X", "18 characters, may end in X")
    return [
        ask("text", t("联系人", "Contact person"), name="contact", hint=t("写真实姓名", "Real name"), maxlength=50, autocomplete="name"),
        ask("number", t("间数", "Rooms"), name="rooms", unit=t("间", "rooms")),
        ask("phone", t("手机号", "Telephone"), name="phone", hint=news, value="13900000001"),
        ask("id-number", t("公民身份号码", "Citizen id number"), name="id_number", hint=last),
        ask("money", t("月租金", "Monthly rent"), name="rent", unit=t("元", "yuan")),
        ask("code", t("短信验证码", "Code from the message"), name="code", maxlength=6),
        ask("search", t("找办件", "Find a case"), name="find"),
        ask("textarea", t("申请理由", "Reason"), name="reason", hint=t("最多 200 字", "At most 200"), maxlength=200, required=False),
        ask("text", t("您现在住在哪里？", "Where do you live now?"), t("作标题", "as heading"), name="address", heading=True),
    ]


def chosen(t: Say) -> list[tuple[str, State]]:
    yearly = t("已有居住证，每年一次", "You hold a permit; once a year")
    kinds = [{"value": "new", "label": t("首次申领", "First")}, {"value": "renew", "label": t("签注", "Renewal"), "hint": yearly}]
    return [
        ask("select", t("街道", "Street office"), name="street", options=kinds),
        ask("radios", t("您要办理哪一种？", "What do you apply for?"), name="kind", value="renew", options=kinds, heading=True),
        ask("checks", t("您有哪些证明？", "Which proofs do you have?"), name="proofs", value=["new"], options=kinds),
    ]


def given(t: Say) -> list[tuple[str, State]]:
    files = [{"id": "f1", "name": t("租赁合同.jpg", "lease.jpg"), "size": "1.2 MB"}]
    police, example = t("公安局", "Public Security"), t("例如 2026 10 9", "For example 2026 10 9")
    sizes = t("拍照或选文件，每个不超过 10 MB", "Photograph or file, 10 MB at most")
    return [
        ask("date", t("从哪一天起居住？", "Living there since?"), name="since", value="2026-10-09", hint=example),
        ask("upload", t("租赁合同", "Lease"), name="lease", value=files, hint=sizes),
        ask("readonly", t("姓名", "Name"), name="name", value=t("林晓", "Lin Xiao"), source=police, correct_href="/me"),
    ]


def wrong(t: Say) -> list[tuple[str, State]]:
    options = [{"value": "a", "label": t("是", "Yes")}, {"value": "b", "label": t("否", "No")}]
    digits, month = t("手机号应为 11 位数字", "A telephone number has 11 digits"), t("月份应为 1 到 12", "A month is 1 to 12")
    when, pick = {"year": "2026", "month": "13", "day": "1"}, t("请选择一项", "Choose one")
    large, word = t("文件超过 10 MB", "The file is larger than 10 MB"), t("有错", "wrong")
    return [
        ask("phone", t("手机号", "Telephone"), f"phone, {word}", name="bad_phone", value="1390000", error=digits, hint="139…"),
        ask("date", t("出生日期", "Date of birth"), f"date, {word}", name="bad_date", value=when, error=month, autocomplete="bday"),
        ask("radios", t("是否本人办理？", "For yourself?"), f"radios, {word}", name="bad_radio", options=options, error=pick),
        ask("upload", t("照片", "Photograph"), f"upload, {word}", name="bad_file", maxlength=1, error=large),
    ]


def errors(t: Say) -> State:
    one = [{"pointer": "/bad_phone", "detail": t("手机号应为 11 位数字", "A telephone number has 11 digits")}]
    many = [
        *one,
        {"pointer": "/bad_date", "detail": t("月份应为 1 到 12", "A month is 1 to 12")},
        {"pointer": "", "detail": t("请先阅读并同意告知书", "Please read and accept the notice")},
    ]
    return entry(
        "error_summary",
        t("所有错误一次说清，点一下到那一项。", "All errors at once, each a link to its field."),
        (t("一处", "one"), use("error_summary", errors=one, focus=False, level=3)),
        (t("几处", "many"), use("error_summary", errors=many, focus=False, level=3)),
    )


def controls(t: Say) -> list[State]:
    hint = t("试试“小孩上学要什么材料”", "Try “what papers does school need”")
    return [
        entry(
            "search",
            t("先问，再找。", "Ask first."),
            (t("空", "empty"), use("search", hint=hint, id="q1", label=t("搜索一", "Search one"))),
            (t("已填", "filled"), use("search", value=t("居住证", "permit"), id="q2", label=t("搜索二", "Search two"))),
        ),
        entry(
            "button",
            t("按钮说动词；从不变灰，而是说明。", "A button says the verb; never greyed, rather explained."),
            ("main", use("button", label=t("提交申请", "Send the application"))),
            ("plain", use("button", label=t("保存，下次再办", "Save for later"), kind="plain")),
            ("danger", use("button", label=t("撤回申请", "Withdraw"), kind="danger")),
        ),
        entry("back_link", t("在标题之前。", "Before the heading."), (t("默认", "default"), use("back_link", href="/hall"))),
    ]


def answers(t: Say) -> list[State]:
    place = t("东湖区杏林街道团结路 8 号 3 单元 502 室", "Room 502, unit 3, 8 Tuanjie Road, Xinglin, Donghu")
    rows = [
        {"question": t("姓名", "Name"), "answer": t("林晓", "Lin Xiao"), "source": t("公安局", "Public Security")},
        {"question": t("办理类型", "Kind"), "answer": t("签注（续期）", "Renewal"), "href": "/drafts/1/kind"},
        {"question": t("居住地址", "Address"), "answer": place, "href": "/drafts/1/address"},
    ]
    facts = [
        {"label": t("费用", "Fee"), "value": t("不收费", "Free")},
        {"label": t("承诺时限", "Promised"), "value": t("5 个工作日", "5 working days"), "note": t("法定 20 个", "20 by law")},
    ]
    check = use("panel", use("check_answers", rows=rows), id="answers", title=t("请核对", "Check your answers"))
    known = use("panel", use("facts", rows=facts), id="facts", title=t("办理须知", "At a glance"))
    changes = t("提交前核对，逐项可改。", "Check before sending; each row may be changed.")
    return [
        entry("check_answers", changes, (t("有来源的和可改的", "prefilled and changeable"), check)),
        entry("facts", t("已知的事。", "What is known."), (t("两项", "two"), known)),
    ]


def entries(t: Say) -> list[State]:
    note = t("一页一问；标签、提示、错误都相连。", "One question a page; label, hint and error belong together.")
    fields = entry("field", note, *typed(t), *chosen(t), *given(t), *wrong(t))
    return [fields, errors(t), *controls(t), *answers(t)]
