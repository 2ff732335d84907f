"""Plain words for what staff looked at."""

from onedoor.kernel.i18n import say


def words(locale: str) -> dict[str, str]:
    """Names of elements and parts of a case, as a person would say them."""
    return {
        "person.name": say(locale, "姓名"),
        "person.id_number": say(locale, "身份证号"),
        "person.sex": say(locale, "性别"),
        "person.birth_on": say(locale, "出生日期"),
        "person.age": say(locale, "年龄"),
        "person.phone": say(locale, "手机号"),
        "person.address": say(locale, "现住址"),
        "person.household_address": say(locale, "户籍地址"),
        "person.district": say(locale, "所在区域"),
        "person.nation": say(locale, "民族"),
        "answers": say(locale, "申请里填写的内容"),
        "attachments": say(locale, "上传的材料"),
        "documents": say(locale, "上传的材料"),
        "certificate": say(locale, "证照"),
        "certificates": say(locale, "证照"),
        "case": say(locale, "办件"),
        "notes": say(locale, "办理备注"),
        "timeline": say(locale, "办理经过"),
    }


def plain(locale: str, fields: list[str]) -> str:
    """All that was looked at in one sentence part, each thing once."""
    known = words(locale)
    said = dict.fromkeys(known.get(field) or known.get(field.split(".")[0]) or field for field in fields)
    return say(locale, "、").join(said)
