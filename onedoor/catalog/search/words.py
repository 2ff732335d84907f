"""Word lists of the language, not of a city: what asks, what makes a service special, and what holds an English sentence together."""


def _all(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ASKING = _all("""
    需要什么材料 要什么手续 要什么材料 需要哪些材料 什么时候 怎么办理 可不可以 需要什么 是不是 有没有 怎么办 怎么弄 怎么样 怎么搞 要什么
    有哪些 是什么 在哪儿 能不能 该怎么 去哪里 找哪个 找谁 咋办 咋弄 怎么 如何 怎样 哪里 在哪 去哪 哪儿 哪个 请问 我要 我想 想要 我们
    什么 多少 可以 办理 一下 流程 手续 咨询 帮我 需要 应该 一个 现在 还能 能否 咋 吗 呢 啊 吧 了 的 我 怎
""")
"""Words that carry the asking, not the matter."""

SPECIAL = _all("""
    注销 变更 延续 补办 补发 补领 换发 换领 换证 停业 歇业 恢复 终止 转出 转入 迁移 续期 转让 过户 复审 补证 校验 修复 投诉 咨询 查询
    档案 补贴 情况 政策 年度 延期 作废 红字 试算 考试 乡村 跨省 临时 出租 转移 重名 签注 积分 军人 企业 单位 机关 退还 补助 发放 裁决
    复核 学生 大学 灵活 未就业 调解员 工伤 境外 信息 进度 挂失 预约 网点 机构 证明 打印 运输 农机 拖拉机 损毁 渔业 市级 生产 专项
""")
"""Actions and scopes that make a service special: one that was not asked for is rather not meant."""

PLAIN = _all("新办 新增 申领 首次 核发 设立 签发 发放 认定 申请 办理 参保登记")
"""Actions of whoever comes for the first time: what is rather meant when none is named."""

SMALL = frozenset(_all("""
    a an the of for to in on at and or my i me we our is are am be do does how can could what where when which who with get need want
    please have has it this that there from by as if not no s t m
"""))
