"""What insight refuses."""

from onedoor.kernel.problems import Invalid, NotFound


class NoSuchPeriod(Invalid):
    """Figures are given for the last 30 days, a quarter, or a year: `30d`, `quarter`, `year`."""

    title = "没有这个时间范围"


class NothingCounted(NotFound):
    """There is no service or department of this code whose figures are public."""

    title = "没有这项的公开数据"
