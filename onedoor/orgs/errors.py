"""What orgs refuses."""

from onedoor.kernel.problems import Conflict, Invalid, NotFound, TooMany


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


class NoSuchRegistration(NotFound):
    """There is no registration of this id, or it is somebody else's."""

    title = "没有这个入驻申请"


class NoSuchProof(NotFound):
    """There is no such paper, or it may not be opened."""

    title = "没有这份证明材料"


class UsccTaken(Conflict):
    """An organisation with this unified social credit code is known already, or somebody has applied for it. Its administrator can invite
    you; if it is not theirs to have, call the hotline."""

    title = "这个统一社会信用代码已经登记"


class RegistrationChanged(Conflict):
    """The registration has been answered or changed meanwhile; look at it again."""

    title = "入驻申请已有变化"


class TooManyRegistrations(TooMany):
    """A person has at most five registrations under way."""

    title = "同时办理的入驻申请太多"


class NoSuchInvitation(NotFound):
    """There is no such invitation, it has been revoked or has expired, or it was for another phone."""

    title = "邀请已失效"


class HasPost(Conflict):
    """A person has one post at a time; this person belongs to another organisation or department."""

    title = "已经在别的机构任职"


class NoSuchMember(NotFound):
    """Nobody of this id is a member of the organisation."""

    title = "机构里没有这个人"


class LastAdmin(Conflict):
    """An organisation always has an administrator: name another one first."""

    title = "机构至少要有一位管理员"
