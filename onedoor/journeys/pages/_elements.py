"""What the city reads of people, in plain words."""

from collections.abc import Mapping

from onedoor.kernel.i18n import pick, say
from onedoor.wallet.models import CertType


def element_words(locale: str, name: str, types: Mapping[str, CertType]) -> str:
    """An element by its name: a fact of a register, a certificate, or what one says."""
    words = {
        "person.age": say(locale, "年龄"), "person.birth_on": say(locale, "出生日期"), "person.sex": say(locale, "性别"),
        "person.name": say(locale, "姓名"), "person.id_number": say(locale, "身份证号"), "person.address": say(locale, "居住地址"),
        "person.household_address": say(locale, "户籍地址"), "person.district": say(locale, "所在区域"),
        "person.nation": say(locale, "民族"), "person.phone": say(locale, "手机号"),
    }  # fmt: skip
    if name in words:
        return words[name]
    _, kind, *claim = name.split(".")
    found = types.get(kind)
    if found is None:
        return name
    label = next((pick(locale, one.label) for one in found.claims if [one.name] == claim), "")
    return f"{pick(locale, found.name)} · {label}" if label else say(locale, "有没有{name}", name=found.name)
