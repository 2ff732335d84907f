"""What somebody wrote by hand and others will read: kept when it is long enough, short enough and can be shown."""
from onedoor.kernel.i18n import say
from onedoor.kernel.problems import Invalid
from onedoor.kernel.text import fault
from onedoor.kernel.work import Work


def fit(work: Work, name: str, words: str, wanted: str, lengths: tuple[int, int]) -> str:
    """The words without blanks around them; Invalid at the field `name`, with `wanted` where there are fewer than the first of
    `lengths`; more than the second are refused too."""
    said, wrong, (least, most) = words.strip(), "", lengths
    if len(said) < least:
        wrong = wanted
    elif len(said) > most:
        wrong = say(work.locale, "太长了，最多 {n} 个字", n=most)
    elif fault(said, lines=True):
        wrong = say(work.locale, "有不能使用的字符，请删去看不见的符号后再试")
    if wrong:
        raise Invalid(errors=[{"pointer": f"/{name}", "detail": wrong}])
    return said
