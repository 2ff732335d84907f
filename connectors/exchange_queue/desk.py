"""评残台 The doctor's own screen in the hospital's system: who was referred, and what was found out. Not a part of Onedoor."""

from html import escape
from typing import Any

CATEGORIES = {"VIS": "视力 Sight", "HEA": "听力 Hearing", "SPE": "言语 Speech", "PHY": "肢体 Limbs", "INT": "智力 Intellect",
              "MEN": "精神 Mind", "MUL": "多重 Multiple"}  # fmt: skip
WANTED = {"sight": "VIS", "hearing": "HEA", "speech": "SPE", "limb": "PHY", "intellect": "INT", "mental": "MEN", "multiple": "MUL"}
GRADES = {1: "一级 Grade 1", 2: "二级 Grade 2", 3: "三级 Grade 3", 4: "四级 Grade 4"}
HEAD = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>青禾一院 评残台</title>
<style>body{font:16px/1.6 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;background:#f4f8fb}
form{background:#fff;border:1px solid #cdd;padding:1rem;margin:1rem 0}
select,button{font:inherit;min-height:44px;margin-inline-end:.5rem}</style>
<h1>青禾市第一医院 · 评残台</h1><p>医院自己的系统（模拟）。The hospital's own system, simulated.</p>"""


def page(referrals: list[dict[str, Any]], names: dict[str, str], reports: dict[str, str]) -> bytes:
    """Everybody who was referred, the newest first, each with the form of the assessment. reports: by ID number, what was reported."""
    rows = "".join(_row(one["data"], one["number"], names, reports) for one in reversed(referrals))
    return (HEAD + (rows or "<p>还没有转来的人。Nobody has been referred yet.</p>")).encode()


def _row(said: dict[str, Any], referral: str, names: dict[str, str], reports: dict[str, str]) -> str:
    number = str(said.get("person.id_number", ""))
    likely = WANTED.get(str(said.get("assessment.kind")), "")
    done = f"<p><b>已报告 Reported: {escape(reports[number])}</b></p>" if number in reports else ""
    kinds = "".join(f'<option value="{c}"{" selected" if c == likely else ""}>{w}</option>' for c, w in CATEGORIES.items())
    grades = "".join(f'<option value="{g}">{w}</option>' for g, w in GRADES.items())
    return f"""<form method="post" action="/_desk"><h2>{escape(names.get(number, number))} · {escape(referral)}</h2>
<p>办件 {escape(str(said.get("case.number", "")))}</p>{done}<input type="hidden" name="id_number" value="{escape(number)}">
<label>类别 <select name="category">{kinds}</select></label><label>等级 <select name="grade">{grades}</select></label>
<button>报告评定结果 Report</button></form>"""
