"""States of what a page asks: fields, errors, answers."""

from .states import Say, State, entry, use


def simple_fields(t: Say) -> list[tuple[str, State]]:
    return [
        ("text", use("field", name="contact", label=t("联系人", "Contact person"), hint=t("写真实姓名", "Real name"), maxlength=50, autocomplete="name")),
        ("number", use("field", name="rooms", label=t("间数", "Rooms"), kind="number", unit=t("间", "rooms"))),
        ("phone", use("field", name="phone", label=t("手机号", "Telephone"), kind="phone", hint=t("用来接收办理进度", "For news of your case"), value="13900000001")),
        ("id-number", use("field", name="id_number", label=t("公民身份号码", "Citizen id number"), kind="id-number", hint=t("18 位，最后一位可以是 X", "18 characters, may end in X"))),
        ("money", use("field", name="rent", label=t("月租金", "Monthly rent"), kind="money", unit=t("元", "yuan"))),
        ("code", use("field", name="code", label=t("短信验证码", "Code from the message"), kind="code", maxlength=6)),
        ("search", use("field", name="find", label=t("找办件", "Find a case"), kind="search")),
        ("textarea", use("field", name="reason", label=t("申请理由", "Reason"), kind="textarea", hint=t("最多 200 字", "200 characters at most"), maxlength=200, required=False)),
    ]  # fmt: skip


def choice_fields(t: Say) -> list[tuple[str, State]]:
    kinds = [{"value": "new", "label": t("首次申领", "First permit")}, {"value": "renew", "label": t("签注（续期）", "Renewal"), "hint": t("已有居住证，每年一次", "You hold a permit; once a year")}]
    files = [{"id": "f1", "name": t("租赁合同.jpg", "lease.jpg"), "size": "1.2 MB"}]
    return [
        ("select", use("field", name="street", label=t("街道", "Street office"), kind="select", options=kinds)),
        ("radios", use("field", name="kind", label=t("您要办理哪一种？", "What do you apply for?"), kind="radios", value="renew", options=kinds, heading=True)),
        ("checks", use("field", name="proofs", label=t("您有哪些证明？", "Which proofs do you have?"), kind="checks", value=["new"], options=kinds)),
        ("date", use("field", name="since", label=t("从哪一天起居住？", "Living there since?"), kind="date", value="2026-10-09", hint=t("例如 2026 10 9", "For example 2026 10 9"))),
        ("upload", use("field", name="lease", label=t("租赁合同", "Lease"), kind="upload", value=files, hint=t("拍照或选文件，每个不超过 10 MB", "Photograph or file, 10 MB at most"))),
        ("readonly", use("field", name="name", label=t("姓名", "Name"), kind="readonly", value=t("林晓", "Lin Xiao"), source=t("公安局", "Public Security"), correct_href="/me")),
        ("heading", use("field", name="address", label=t("您现在住在哪里？", "Where do you live now?"), value=t("东湖区杏林街道 8 号", "8 Xinglin Street"), heading=True)),
    ]  # fmt: skip


def wrong_fields(t: Say) -> list[tuple[str, State]]:
    options = [{"value": "a", "label": t("是", "Yes")}, {"value": "b", "label": t("否", "No")}]
    return [
        (t("文字有错", "text, wrong"), use("field", name="bad_phone", label=t("手机号", "Telephone"), kind="phone", value="1390000", error=t("手机号应为 11 位数字", "A telephone number has 11 digits"), hint=t("用来接收办理进度", "For news of your case"))),
        (t("日期有错", "date, wrong"), use("field", name="bad_date", label=t("出生日期", "Date of birth"), kind="date", value={"year": "2026", "month": "13", "day": "1"}, error=t("月份应为 1 到 12", "A month is 1 to 12"), autocomplete="bday")),
        (t("单选有错", "radios, wrong"), use("field", name="bad_radio", label=t("是否本人办理？", "Is it for yourself?"), kind="radios", options=options, error=t("请选择一项", "Choose one"))),
        (t("上传有错", "upload, wrong"), use("field", name="bad_file", label=t("照片", "Photograph"), kind="upload", maxlength=1, error=t("文件超过 10 MB", "The file is larger than 10 MB"))),
    ]  # fmt: skip


def errors(t: Say) -> State:
    one = [{"pointer": "/bad_phone", "detail": t("手机号应为 11 位数字", "A telephone number has 11 digits")}]
    many = [*one, {"pointer": "/bad_date", "detail": t("月份应为 1 到 12", "A month is 1 to 12")}, {"pointer": "", "detail": t("请先阅读并同意告知书", "Please read and accept the notice")}]
    return entry(
        "error_summary", t("所有错误一次说清，点一下到那一项。", "All errors at once, each a link to its field."),
        (t("一处", "one"), use("error_summary", errors=one, focus=False, level=3)), (t("几处", "many"), use("error_summary", errors=many, focus=False, level=3)),
    )  # fmt: skip


def rest(t: Say) -> list[State]:
    rows = [
        {"question": t("姓名", "Name"), "answer": t("林晓", "Lin Xiao"), "source": t("公安局", "Public Security")},
        {"question": t("办理类型", "Kind"), "answer": t("签注（续期）", "Renewal"), "href": "/drafts/1/kind"},
        {"question": t("居住地址", "Address"), "answer": t("东湖区杏林街道团结路 8 号 3 单元 502 室", "Room 502, unit 3, 8 Tuanjie Road, Xinglin, Donghu"), "href": "/drafts/1/address"},
    ]  # fmt: skip
    facts = [{"label": t("费用", "Fee"), "value": t("不收费", "Free")}, {"label": t("承诺时限", "Promised"), "value": t("5 个工作日", "5 working days"), "note": t("法定 20 个工作日", "20 by law")}]
    return [
        entry("search", t("先问，再找。", "Ask first."), (t("空", "empty"), use("search", hint=t("试试“小孩上学要什么材料”", "Try “what papers does school need”"), id="q1", label=t("搜索一", "Search one"))), (t("已填", "filled"), use("search", value=t("居住证", "permit"), id="q2", label=t("搜索二", "Search two")))),
        entry("button", t("按钮说动词；从不变灰，而是说明。", "A button says the verb; never greyed, rather explained."), ("main", use("button", label=t("提交申请", "Send the application"))), ("plain", use("button", label=t("保存，下次再办", "Save for later"), kind="plain")), ("danger", use("button", label=t("撤回申请", "Withdraw"), kind="danger"))),
        entry("back_link", t("在标题之前。", "Before the heading."), (t("默认", "default"), use("back_link", href="/hall"))),
        entry("check_answers", t("提交前核对，逐项可改。", "Check before sending; each row may be changed."), (t("有来源的和可改的", "prefilled and changeable"), use("panel", use("check_answers", rows=rows), id="answers", title=t("请核对", "Check your answers")))),
        entry("facts", t("已知的事。", "What is known."), (t("两项", "two"), use("panel", use("facts", rows=facts), id="facts", title=t("办理须知", "At a glance")))),
    ]  # fmt: skip


def entries(t: Say) -> list[State]:
    return [entry("field", t("一页一问；标签、提示、错误都相连。", "One question a page; label, hint and error belong together."), *simple_fields(t), *choice_fields(t), *wrong_fields(t)), errors(t), *rest(t)]
