"""What orgs refuses."""

from onedoor.kernel.problems import Invalid, NotFound


class NoSuchDistrict(NotFound):
    """The city has no district, street or grid with this code."""

    title = "没有这个区划"


class NoSuchDepartment(NotFound):
    """The city has no department with this code."""

    title = "没有这个部门"


class NoSuchOffice(NotFound):
    """The city has no office with this code."""

    title = "没有这个网点"


class NotAPlace(Invalid):
    """Latitude and longitude must be two numbers on the earth, in degrees."""

    title = "位置不对"


class BrokenTree(Invalid):
    """A district names a parent that does not exist, or that is not one level above it."""

    title = "区划的上级不对"
