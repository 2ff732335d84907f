"""States of where a matter stands: progress, steps, timeline, table, pager."""

from .states import Say, State, entry, use


def steps(t: Say) -> State:
    tasks = [
        {"label": t("填写信息", "Your details"), "status": "done", "href": "/drafts/1/a"},
        {"label": t("上传材料", "Documents"), "status": "doing", "href": "/drafts/1/b"},
        {"label": t("等对方确认", "The other person confirms"), "status": "waiting"},
        {"label": t("核对并提交", "Check and send"), "status": "todo"},
    ]
    return entry(
        "steps",
        t("要做的事和做到哪里。", "What there is to do, and how far it is."),
        (t("四种状态", "four states"), use("panel", use("steps", tasks=tasks), id="steps", title=t("申请居住证", "Residence permit"))),
    )


def timeline(t: Say) -> State:
    moments = [
        {
            "at": t("10 月 9 日 14:20", "9 October 14:20"),
            "who": t("市公安局", "Public Security"),
            "what": t("请补正 2 项材料", "2 documents are missing"),
            "note": t("办理时限从今天起暂停，补交后继续。", "The clock stands still until you send them."),
            "tone": "paused",
        },
        {
            "at": t("10 月 8 日 09:05", "8 October 09:05"),
            "who": t("市公安局", "Public Security"),
            "what": t("已受理", "Accepted"),
            "tone": "green",
        },
        {"at": t("10 月 7 日 21:30", "7 October 21:30"), "who": t("您", "You"), "what": t("提交申请", "Application sent"), "tone": "green"},
    ]
    late = [
        {"at": t("10 月 20 日", "20 October"), "what": t("超过承诺时限 2 天", "2 days over the promise"), "tone": "red"},
        {"at": t("10 月 8 日", "8 October"), "what": t("已受理", "Accepted"), "tone": "blue"},
    ]
    return entry(
        "timeline",
        t("最近的在最上面。", "The latest first."),
        (t("时限暂停", "clock paused"), use("panel", use("timeline", moments=moments), id="moments", title=t("办理过程", "What happened"))),
        (t("逾期", "overdue"), use("panel", use("timeline", moments=late), id="moments-late", title=t("另一件", "Another case"))),
    )


def tables(t: Say) -> State:
    head = [t("编号", "Number"), t("事项", "Service"), t("申请人", "Applicant"), t("到期", "Due"), t("状态", "State")]
    rows = [
        [
            {"text": "QH202610090001", "href": "/desk/cases/1"},
            t("居住证办理", "Residence permit"),
            t("林*晓", "Lin *"),
            t("10 月 9 日", "9 October"),
            {"tag": t("逾期 1 天", "1 day over"), "tone": "red"},
        ],
        [
            {"text": "QH202610090002", "href": "/desk/cases/2"},
            t("户口迁移", "Change of household"),
            t("王*", "Wang *"),
            t("10 月 12 日", "12 October"),
            {"tag": t("办理中", "In progress"), "tone": "blue"},
        ],
    ]
    return entry(
        "table",
        t("窄屏上变成一行一行。", "Becomes cells on a narrow screen."),
        (
            t("五列", "five columns"),
            use("panel", use("table", head=head, rows=rows, caption=t("按到期先后", "By due date")), id="table", title=t("办件", "Cases")),
        ),
    )


def entries(t: Say) -> list[State]:
    return [
        entry("progress", t("还剩多少步。", "How many steps remain."), (t("中间", "in between"), use("progress", current=2, total=5))),
        steps(t),
        timeline(t),
        tables(t),
        entry(
            "pager",
            t("前一页，后一页。", "One page back, one page on."),
            (t("第一页", "first"), use("pager", next="?page=2", label="pager 1")),
            (t("中间", "middle"), use("pager", previous="?page=1", next="?page=3", label="pager 2")),
            (t("最后一页", "last"), use("pager", previous="?page=8", label="pager 3")),
        ),
    ]
