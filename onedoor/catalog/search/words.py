"""Word lists of the language, not of a city: what asks, what makes a service special, and what holds an English sentence together."""

import functools
import re


def _all(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ASKING = _all("""
    需要什么材料 要什么手续 要什么材料 需要哪些材料 什么时候 怎么办理 可不可以 需要什么 是不是 有没有 怎么办 怎么弄 怎么样 怎么搞 要什么
    有哪些 是什么 在哪儿 能不能 该怎么 去哪里 找哪个 找谁 咋办 咋弄 怎么 如何 怎样 哪里 在哪 去哪 哪儿 哪个 请问 我要 我想 想要 我们
    什么 多少 可以 办理 一下 流程 手续 咨询 帮我 需要 应该 一个 现在 还能 能否 第一次 头一次 头一回 咋 吗 呢 啊 吧 了 的 我 怎
""")
"""Words that carry the asking, not the matter."""

SPECIAL = _all("""
    复审 校验 修复 咨询 档案 补贴 情况 政策 年度 红字 考试 乡村 跨省 临时 出租 重名 签注 积分 军人 企业 单位 机关 退还 补助 复核 学生
    大学 灵活 未就业 工伤 境外 信息 预约 网点 机构 证明 打印 运输 农机 拖拉机 渔业 市级 生产 专项
""")
"""Scopes that make a service special: one that was not asked for is rather not meant."""

PLAIN = _all("新办 新增 申领 首次 核发 设立 签发 发放 认定 申请 办理 参保登记")
"""Actions of whoever comes for the first time: what is rather meant when none is named."""

SMALL = frozenset(_all("""
    a an the of for to in on at and or my i me we our is are am be do does how can could what where when which who with get need want
    please have has it this that there from by as if not no s t m
"""))


def _act(said: str, formal: str) -> tuple[re.Pattern[str], tuple[str, ...]]:
    return re.compile("|".join(said.split())), _all(formal)


ACTS = (
    _act("""
        注销 销户 销掉 销号 不干了 不开了 不做了 不想(?:干|开|做|去) 关门 关店 关张 关掉 倒闭 停办 终止 退出 取消 撤销 作废 解散
        不经营 不营业 暂停 歇业 停业 停掉 先停 报废 退号 cancel clos(?:e|ing) dissolve wind.up terminate deregister shut
    """, "注销 终止 歇业 停业 撤销 作废 缴销 取消 退号 减少 暂停 报停 报废"),
    _act("""
        变更 更改 改(?![装造建]) 更名 换(?:个|一?下|了)?(?:老板|法人|名|地址|负责|店名|人|校长) 搬 写错 错了 更正 调整 change moved
    """, "变更 更名 更正 修改 改变 调整"),
    _act("""
        丢 掉了 弄没 不见 找不[到着] 遗失 被[偷抢] 补(?![贴助偿习课]) 重办 挂失 lost lose stolen replace
    """, "补办 补发 补领 遗失 挂失 补证 补换"),
    _act("""
        到期 过期 快到 (?<!手)续 延[期长] 期满 换[证新领] 换.{0,6}证 renew expire extend
    """, "延续 到期 续期 换证 换发 换领 期满 延期 继续 再注册 补换"),
    _act("""
        [破坏烂](?!产) 旧了 磨 看不清 damage broken
    """, "损毁 换发 换领 补领 补换 维修 更换"),
    _act("""
        过户 转[入出让走移到] (?<!拆)迁 调[到走] 卖[了掉给] 接续 transfer sell.my sold
    """, "转入 转出 迁移 转移 转让 过户 接续 互转 转学"),
    _act("""
        (?<![检审调])查 看看 看一下 多少 几[分站] 余额 哪一步 进度 哪些 check how.much balance status
    """, "查询 进度 试算 计算 明细"),
    _act("""
        投诉 举报 (?<![广报公预通])告 纠纷 吵 complain dispute
    """, "投诉 举报 纠纷 仲裁 调解 裁决"),
    _act("""
        解挂 解冻 解封 找回 恢复 重新 又?找到了 restore resume reopen
    """, "解挂 恢复 解封 解除 复业 重新"),
    _act("""
        档案 以前的 当年 那会儿 老底子 存根 archive
    """, "档案"),
    _act(r"""
        新办 新增 首次 第一次 初次 想开 要开(?![票证发具]) 开一?[家个间] 新开 开业 开张 开办 刚 办一?[个张] 申请 申领 怎么办理
        open start set.up apply \bnew
    """, "新办 新增 首次 核发 设立 签发 发放 配发 申领 初次 注册登记 取证 新设 筹设 成立 采集 参保登记"),
)  # fmt: skip
"""What is to be done with a thing: as residents say it, and as names of services say it. The last is for who has none yet."""


@functools.lru_cache(8192)
def acts_said(text: str) -> int:
    """What is to be done, as it is said: one bit each."""
    return sum(1 << at for at, (said, _) in enumerate(ACTS) if said.search(text))


def acts_named(name: str) -> int:
    """The same, as names say it."""
    return sum(1 << at for at, (_, formal) in enumerate(ACTS) if any(word in name for word in formal))


BEGIN = 1 << len(ACTS) - 1
"""Whoever has none yet: what is rather meant when nothing is said."""
