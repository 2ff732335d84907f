"""The words that the scripts of the code and of the gate say, in the language of the page."""

from onedoor.kernel.i18n import pick, text
from onedoor.passes import policy
from onedoor.passes.models import Colour

CODE = {
    "step": text("第 {step} 步"), "saved": text("{at} 联网更新过"),
    "connect": text("这台设备上的码用完了，请连一次网。"), "nothing": text("这台设备上还没有通行码。先申报，马上就有。"),
    "few": text("这台设备上的码还能用 {n} 小时左右，请在那之前连一次网。"),
    "unsure": text("这个颜色是 {n} 小时以前的，现在可能变了，请连一次网。"),
    "listOld": text("卡口的名单从 {at} 起没有更新，刚变的颜色可能还没传到门口。"),
    "signin": text("请先登录，再打开通行码。"),
}  # fmt: skip
GATE = {
    "pass": text("通过"), "passMore": text("绿码"),
    "popup": text("通过，有一件事要办"), "popupMore": text("请提醒：打开通行码，办好提示的事。"),
    "grey": text("还不知道"), "greyMore": text("请看身份证，或联网再查。"),
    "yellow": text("黄码"), "yellowMore": text("请按本场所的规定做。不问原因。"),
    "red": text("红码，请止步"), "redMore": text("请本人看手机上的提示，打电话给社区。不问原因。"),
    "format": text("这不是通行码"), "formatMore": text("请打开通行码，再扫一次。"),
    "forged": text("这不是通行码"), "forgedMore": text("请本人在自己手机上重新打开通行码。"),
    "ended": text("这个方案已经结束"), "unknown": text("认不出是哪里发的"), "unknownMore": text("请看身份证，或联网再查。"),
    "stale": text("码过时了"), "staleMore": text("请等二维码换新，再扫一次。截图不能用。"),
    "future": text("时间对不上"), "futureMore": text("请看两台设备的时间。"),
    "replayed": text("这个码刚扫过"), "replayedMore": text("请等二维码换新，再扫一次。"),
    "listOld": text("名单旧了"), "listOldMore": text("名单是 {at} 的。请联网更新，或看身份证。"),
    "noList": text("没有这个人的名单"), "noListMore": text("请联网更新，或看身份证。"),
    "paper": text("纸质码"), "paperMore": text("请核对照片或身份证。"),
    "carOk": text("可以通行"), "carOkMore": text("{plate}：车牌一致，在路线和日期以内，到 {at} 为止。"),
    "carCompare": text("请核对车牌 {plate}"), "carCompareMore": text("车上的牌照一样才放行。也可以输入车牌来核对。到 {at} 为止。"),
    "carAsk": text("外地的车辆通行证，要问一问"), "carAskMore": text("{plate}，由 {scheme} 签发。还没有约定怎样认，请打电话问上级。"),
    "carFormat": text("这不是车辆通行证"), "carFormatMore": text("请车主重新打开或重新打印。"),
    "carUnknown": text("认不出是哪里发的"), "carUnknownMore": text("请联网更新，或打电话问上级。"),
    "carFuture": text("还没有到开始的日子"), "carFutureMore": text("{plate}：从 {from} 起才能通行。"),
    "carExpired": text("通行证过期了"), "carExpiredMore": text("{plate}：到 {at} 为止。请车主重新申请。"),
    "carWithdrawn": text("通行证已经作废"), "carWithdrawnMore": text("{plate}：请车主联系发证的部门。"),
    "carRoute": text("路线不包括这里"), "carRouteMore": text("{plate}：请走批准的路线，或重新申请。"),
    "carPlate": text("车牌不对"), "carPlateMore": text("这张通行证是 {plate} 的，不能放行。"),
    "clock": text("设备时间不对"), "clockMore": text("这台设备的时间差得太多，不能判断。请校准时间。"),
    "foreign": text("外地的码，由 {scheme} 签发。"), "minor": text("未成年人或由家人代办。"),
    "minutes": text("{n} 分钟前"), "hours": text("{n} 小时前"), "list": text("名单 {at}（{age}）"), "noListYet": text("还没有名单"),
    "waiting": text("{n} 条未上传"), "online": text("有网络"), "offline": text("没有网络，照常验码"),
    "clockFine": text("时间准"), "clockWarn": text("时间差 {n} 秒"), "clockUnfit": text("时间差 {n} 秒，请校准"),
    "looking": text("请把二维码放进画面里"), "noCamera": text("不能使用摄像头。可以用扫描枪，或手输。"),
    "undone": text("已撤销"), "undoneMore": text("刚才那次不算。"),
    "tempNone": text("没有填体温"), "tempUnread": text("体温看不懂，没有记下"), "tempFahrenheit": text("像是华氏度，没有记下"),
    "tempLow": text("太低了，请再量一次"), "tempFine": text("{n} ℃，已记下"), "tempHigh": text("{n} ℃，偏高：三分钟后再量一次"),
    "againWho": text("{said} 验过的人，{n} ℃"), "againLeft": text("还要等 {minutes} 分 {seconds} 秒"), "againNow": text("可以复测了"),
    "againTemp": text("{said} 验过的人的复测体温 ℃"), "againSave": text("记下"), "againDrop": text("人走了，不测了"),
    "againFine": text("复测正常，可以通过"), "againHigh": text("两次都偏高"),
    "againHighMore": text("请带到通风的地方等候，指给本人最近的发热门诊。"),
    "idOld": text("十五位的旧号码不能用"), "idWrong": text("身份证号不对"),
    "idOffline": text("没有网络，查不了"), "idNobody": text("没有查到"), "idOften": text("查得太快了，请等一分钟"),
    "idAsk": text("请联网再查"), "idAskMore": text("没有网络时不能断定是不是这个人。请联网查一次，或请本人出示通行码。"),
    "idNothing": text("没有查到要留意的"), "idNothingMore": text("这不等于绿码。请核对身份证原件。"),
    "idListOld": text("号码名单旧了，请联网再查"),
    "idMore": text("请看身份证原件。"),
    "revoked": text("这个卡口已停用。请找单位的管理员。"), "noBundle": text("请连一次网，取名单和钥匙。"),
    "newDevice": text("这台设备还不是卡口。请打开单位管理员给的链接。"), "notEnrolled": text("没有登记成功：{why}"),
    "noNetwork": text("没有网络"),
}  # fmt: skip


def code(locale: str) -> dict[str, str]:
    """What the moving code says."""
    colours = {f"colour{one.number}": policy.colour_words(locale, one) for one in Colour}
    meanings = {f"meaning{one.number}": policy.meaning(locale, one) for one in Colour}
    return {**colours, **meanings, **{name: pick(locale, words) for name, words in CODE.items()}}


def gate(locale: str) -> dict[str, str]:
    """What the gate says: to the guard, who has had no training."""
    return {name: pick(locale, words) for name, words in GATE.items()}
