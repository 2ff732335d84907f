"""States of what a page shows: notices, panels, cells, grids, tags, results."""

from .states import Say, State, entry, use


def notices(t: Say) -> State:
    levels = [
        ("red", t("台风红色预警", "Red typhoon warning"), t("今天全市停工停课", "All work and schools stop today")),
        ("orange", t("暴雨橙色预警", "Orange rainstorm warning"), t("今天 14:00–20:00 中小学停课", "Schools closed today 14:00–20:00")),
        ("yellow", t("高温黄色预警", "Yellow heat warning"), t("12:00–16:00 减少户外活动", "Stay indoors 12:00–16:00")),
        ("blue", t("大风蓝色预警", "Blue wind warning"), t("今晚阵风 7 级", "Gusts of force 7 tonight")),
    ]
    task = use(
        "notice",
        level="task",
        title=t("居住证签注需要补正 2 项材料", "Residence permit: 2 documents missing"),
        detail=t("10 月 12 日前提交 · 市公安局", "Send by 12 October · Public security"),
        href="/me/cases",
    )
    states = [(level, use("notice", level=level, title=title, detail=detail, href="/notices/1")) for level, title, detail in levels]
    both = use("notices", states[1][1], task, label=t("应急信息与待办", "Alerts and to-dos"))
    return entry(
        "notice",
        t("城市要告诉我的，和我要做的。", "What the city must tell me, then what I must do."),
        *states,
        ("task", task),
        (t("两条相连", "two together"), both),
    )


def panels(t: Say) -> State:
    words = t("一句话说明，然后是内容。", "One sentence that explains, then the content.")
    return entry(
        "panel",
        t("一组内容。", "One group of content."),
        (
            t("有链接", "with a link"),
            use("panel", words, id="panel-more", title=t("证件夹", "Documents"), more=t("全部 12 张", "All 12"), more_href="/wallet"),
        ),
        (t("没有链接", "without"), use("panel", words, id="panel-plain", title=t("热门服务", "Popular services"))),
    )


def cells(t: Say) -> State:
    rows = [
        use(
            "cell",
            title=t("居住证办理", "Residence permit"),
            detail=t("全程网办 · 5 个工作日", "Fully online · 5 working days"),
            href="/items/x",
        ),
        use("cell", title=t("手机号", "Telephone"), value="139****0001"),
        use("cell", title=t("居住证签注", "Permit endorsement"), tag=t("待补正", "More needed"), tone="orange", href="/cases/1"),
        use("cell", title=t("您的办件已办结", "Your case is done"), detail=t("今天 09:12", "today 09:12"), href="/inbox/1", unread=True),
        use("cell", title=t("登录设备", "Devices"), symbol="phone", href="/me/devices"),
        use(
            "cell",
            title=t(
                "一条名字很长很长的服务事项，用来看换行是不是好看，会不会被截断",
                "A service whose name is so long that it must wrap on to a second line",
            ),
            detail="https://example.city/averylongaddresswithoutanybreakinit",
            href="/items/y",
        ),
    ]
    return entry(
        "cell",
        t("一行一件事，整行可点。", "One row, one thing; the whole row is the link."),
        (t("各种行", "all kinds"), use("panel", use("cells", *rows), id="cells", title="cells")),
    )


OTHERS = (
    "baby:r ring:r briefcase:i heart:r wheelchair:b elder:i tax:o court:i tree:g book:i key:o coin:o phone:b globe:b card:g me:i "
    "camera: file: list: lock: eye: out: copy: star:o pin:r door:g info: check:g cross:r back:"
)


def grids(t: Say) -> State:
    named = [
        ("house", "o", t("公积金", "Housing fund")),
        ("med", "r", t("预约挂号", "See a doctor")),
        ("car", "b", t("交通违法", "Traffic fines")),
        ("bill", "o", t("生活缴费", "Utility bills")),
        ("shield", "g", t("社保查询", "Social security")),
        ("school", "i", t("入学报名", "School entry")),
        ("bus", "b", t("公交地铁", "Transit")),
        ("grid", "", t("全部服务", "All services")),
    ]
    eight = [{"icon": icon, "tone": tone, "label": label, "href": "/items/x"} for icon, tone, label in named]
    rest = [{"icon": i, "tone": tone, "label": i, "href": "/items/x"} for i, _, tone in (word.partition(":") for word in OTHERS.split())]
    return entry(
        "grid",
        t("最常用的入口：四列，关怀版两列。", "Ways in: four columns, two in large text."),
        (t("八项", "eight"), use("panel", use("grid", items=eight), id="grid-8", title=t("常用服务", "Frequent services"))),
        (t("其余图标", "the other icons"), use("panel", use("grid", items=rest), id="grid-rest", title="icon")),
    )


def chips(t: Say) -> State:
    items = [
        {"label": n, "href": "/wallet/1"}
        for n in (t("社会保障卡", "Social security"), t("驾驶证", "Driving licence"), t("出生证明", "Birth record"))
    ]
    return entry(
        "chips",
        t("三列，关怀版一列。", "Three columns, one in large text."),
        (t("三项", "three"), use("panel", use("chips", items=items), id="chips", title="chips")),
    )


def crumbs(t: Say) -> State:
    items = [{"label": t("办事大厅", "Services hall"), "href": "/hall"}, {"label": t("户政", "Household and ID"), "href": "/hall/x"}]
    return entry(
        "crumbs",
        t("这一页在大厅的什么地方。", "Where in the hall a page stands."),
        (t("两级", "two levels"), use("crumbs", items=items)),
        (t("一级", "one level"), use("crumbs", items=items[:1])),
    )


def tags(t: Say) -> State:
    tones = [
        ("green", t("已办结", "Done")),
        ("blue", t("办理中", "In progress")),
        ("orange", t("待补正", "More needed")),
        ("red", t("不予受理", "Not accepted")),
        ("grey", t("已撤回", "Withdrawn")),
    ]
    return entry(
        "tag",
        t("词语说状态，颜色只是帮忙。", "The word is the state; colour only helps."),
        *[(tone, use("tag", text=word, tone=tone)) for tone, word in tones],
    )


def folded(t: Say) -> list[State]:
    words = t("可以由他人代办，需要带上双方身份证和委托书。", "Someone else may apply, with both identity cards and a letter.")
    none = t("提交申请后，进度会出现在这里。", "Progress appears here once you apply.")
    nothing = use("empty", title=t("还没有办件", "No cases yet"), detail=none, href="/hall", label=t("去办事", "Find a service"))
    return [
        entry(
            "details",
            t("需要时再看。", "To be opened when needed."),
            (t("合上", "closed"), use("details", words, summary=t("可以请人代办吗？", "May someone else apply?"))),
            (t("打开", "open"), use("details", words, summary=t("要带什么？", "What to bring?"), open=True)),
        ),
        entry(
            "empty",
            t("还没有内容时说明为什么，下一步是什么。", "When there is nothing yet: why, and what next."),
            (t("有下一步", "next"), nothing),
        ),
        entry(
            "status",
            t("朗读器会读出来的一句话。", "Spoken by a screen reader."),
            (t("有话", "words"), use("status", text=t("草稿已保存", "Saved"))),
        ),
    ]


def numbers(t: Say) -> list[State]:
    figures = [
        {"value": 3, "label": t("逾期", "Overdue"), "href": "/desk/inbox"},
        {"value": 12, "label": t("今天到期", "Due today"), "href": "/desk/inbox"},
        {"value": "98.2%", "label": t("按期办结", "On time")},
    ]
    parts = [
        {"label": t("待办", "To do"), "href": "/desk/inbox", "count": 12, "current": True},
        {"label": t("等待中", "Waiting"), "href": "/desk/inbox?x=1", "count": 3},
    ]
    return [
        entry("figures", t("数字，点开就是清单。", "Numbers that open their list."), (t("三个", "three"), use("figures", items=figures))),
        entry(
            "segments",
            t("一个清单的几部分。", "The parts of one list."),
            (t("两部分", "two"), use("segments", items=parts, label="segments")),
        ),
    ]


def results(t: Say) -> State:
    return entry(
        "result",
        t("一件事的结果，接着说下一步。", "How a thing ended, then what comes next."),
        (
            "done",
            use(
                "result", t("受理编号 QH202610090001", "Case QH202610090001"), kind="done", title=t("提交成功", "Application sent"), level=3
            ),
        ),
        (
            "waiting",
            use("result", t("10 月 16 日前办结", "Decided by 16 October"), kind="waiting", title=t("正在办理", "In progress"), level=3),
        ),
        (
            "refused",
            use(
                "result",
                t("材料不全：缺少租赁合同。60 日内可以申请行政复议。", "The lease is missing. You may appeal within 60 days."),
                kind="refused",
                title=t("不予受理", "Not accepted"),
                level=3,
            ),
        ),
        (
            "info",
            use("result", t("请在登录后再看。", "Please sign in to see it."), kind="info", title=t("需要登录", "Sign in first"), level=3),
        ),
    )


def entries(t: Say) -> list[State]:
    return [notices(t), panels(t), cells(t), grids(t), chips(t), crumbs(t), tags(t), *folded(t), *numbers(t), results(t)]
