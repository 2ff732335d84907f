"""Scripts of the pages without a browser: node runs each against a page of a few made-up elements (`page.mjs`)."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

BUNDLER = ROOT / "frontend/node_modules/.bin/esbuild"
PAGE = "import { Element, body, happens, later, page, said, tell } from './page.mjs'\n"


def told(script: str) -> Any:
    """What the script tells; `src/…` in it are the pages' own."""
    if not BUNDLER.exists():
        pytest.fail("the scripts cannot be built: make setup")
    source = PAGE + script.replace("'src/", "'../../frontend/src/")
    shape = ["--bundle", "--format=esm", "--target=es2022", "--loader=ts", "--log-level=error"]
    here = Path(__file__).parent
    built = subprocess.run([BUNDLER, *shape], input=source, cwd=here, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    done = subprocess.run(
        ["node", "--input-type=module", "-"], input=built.stdout, capture_output=True, text=True, check=False, timeout=20
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


DRAFT = """
const asked = []
let status = 200
globalThis.fetch = async (url, how) => {
  asked.push([url, how?.method ?? 'GET', how?.body ?? ''])
  return new Response(null, { status, headers: { etag: '"5"' } })
}
const draft = (words) => {
  const field = new Element({ name: 'a', value: words }), mark = new Element({ name: 'mark', type: 'hidden', value: 'm' })
  const form = new Element({ dataset: { autosave: '/kept', rev: '4' }, method: 'post' })
  form.held = { 'input[name=mark]': [mark], 'input, select, textarea': [field, mark] }
  return { form, field, mark }
}
const one = draft('')
page.held['form[data-autosave]'] = [one.form]
"""


def test_what_was_refused_is_told_and_saved_with_the_next() -> None:
    """The house is overloaded or the session is over: neither counts as saved, and both are said."""
    found = told(DRAFT + """
    const { forms } = await import('src/forms')
    forms()
    const said_ = []
    for (const answer of [503, 401, 422, 200]) {
      status = answer
      one.field.value = 'typed'
      happens(one.form, 'focusout')
      await later(5)
      said_.push(said.textContent)
      said.textContent = ''
    }
    happens(one.form, 'focusout')
    await later(5)
    tell({ said: said_, asked, rev: one.form.dataset.rev })
    process.exit()
    """)
    assert [json.loads(body) for _, _, body in found["asked"]] == [{"a": "typed"}] * 4
    assert found["said"] == ["刚才填的还没有保存"] * 3 + ["草稿已保存"]
    assert found["rev"] == "5"


def test_a_form_that_came_later_saves_itself_too() -> None:
    """What a register has told is put in the place of the question; what is typed into it then must not be lost."""
    found = told(DRAFT + """
    const waiting = new Element({ dataset: { fill: '/question' } }), main = new Element(), other = draft('from the register')
    const fresh = new Element({ held: { 'form[data-autosave]': [other.form], 'form[action="/logout"]': [] } })
    page.held['[data-fill]'] = [waiting]
    page.held['main form[data-autosave]'] = [one.form]
    page.held['main'] = [main]
    const real = globalThis.fetch
    globalThis.fetch = async (url, how) => url === '/question' ? new Response('page') : real(url, how)
    globalThis.DOMParser = class { parseFromString() { return new Element({ held: { main: [fresh] } }) } }
    const { forms } = await import('src/forms')
    const { fill } = await import('src/fill')
    forms()
    fill()
    await later(1300)
    other.field.value = 'and my own'
    happens(other.form, 'focusout')
    await later(5)
    tell({ replaced: main.replaced === fresh, asked, said: said.textContent, mark: other.mark.value })
    process.exit()
    """)
    assert found["replaced"]
    assert [(url, how, json.loads(body)) for url, how, body in found["asked"]] == [("/kept", "PUT", {"a": "and my own"})]
    assert (found["said"], found["mark"]) == ("草稿已保存", "")


def test_what_came_while_the_page_was_hidden_is_shown_when_it_is_seen_again() -> None:
    """Who comes back to the inbox from another app finds the new message in the list, not only in the badge."""
    found = told("""
    const lines = [], asked = []
    globalThis.EventSource = class extends EventTarget {
      constructor(url) { super(); this.url = url; lines.push(this) }
      close() { this.closed = true }
      says(what, data) { this.dispatchEvent(Object.assign(new Event(what), { data: JSON.stringify(data) })) }
    }
    globalThis.fetch = async (url) => { asked.push(url); return new Response('page') }
    globalThis.DOMParser = class { parseFromString() { return new Element({ held: { main: [new Element({ children: ['new'] })] } }) } }
    const main = new Element({ children: ['old'] })
    page.held['main'] = [main]
    page.hidden = false
    body.attributes['data-me'] = ''
    location.pathname = '/inbox'
    const { live } = await import('src/live')
    live()
    lines[0].says('unread', { unread: 1 })
    lines[0].says('notices', [])
    await later(5)
    const before = asked.length
    page.hidden = true
    happens(page, 'visibilitychange')
    page.hidden = false
    happens(page, 'visibilitychange')
    lines[1].says('unread', { unread: 2 })
    await later(5)
    const shown = main.children
    main.children = ['old']
    page.hidden = true
    happens(page, 'visibilitychange')
    page.hidden = false
    happens(page, 'visibilitychange')
    lines[2].says('unread', { unread: 2 })
    lines[2].says('notices', [{ title: 'storm' }])
    await later(5)
    tell({ before, shown, closed: lines.map((one) => one.closed ?? false), said: said.textContent, last: main.children })
    process.exit()
    """)
    assert found["before"] == 0
    assert found["closed"] == [True, True, False]
    assert found["shown"] == ["new"]
    assert (found["said"], found["last"]) == ("storm", ["new"])


DEVICE = """
location.pathname = '/hall'
const gone = []
const answered = (made, result) => { queueMicrotask(() => made.onsuccess?.()); return Object.assign(made, { result }) }
const store = { clear: () => { gone.push('onedoor wallet'); return answered({}) } }
const base = { transaction: () => ({ objectStore: () => store }), close() {} }
globalThis.indexedDB = { open: () => answered({}, base), deleteDatabase: (name) => { gone.push(name); return {} } }
const form = new Element({ attributes: {} })
"""


@pytest.mark.parametrize("way", ["/logout", "/oauth/logout", "/me/devices/end"])
def test_each_way_to_sign_out_empties_the_device_first(way: str) -> None:
    found = told(DEVICE + f"""
    const asked = page.querySelectorAll.bind(page)
    page.querySelectorAll = (what) => what.includes('form[action="{way}"]') ? [form] : asked(what)
    await import('src/app')
    const first = happens(form, 'submit')
    await later(20)
    tell({{ first, gone: [...new Set(gone)].sort(), sent: form.sent ?? 0 }})
    process.exit()
    """)
    assert found == {"first": False, "gone": ["onedoor wallet", "onedoor-passes"], "sent": 1}


def test_whoever_signs_in_finds_nothing_of_another_on_the_device() -> None:
    """A session that ran out, or was ended from another device, was never signed out of here."""
    found = told(DEVICE + """
    page.held['form[action="/login/code"]'] = [form]
    await import('src/app')
    await later(20)
    tell([...new Set(gone)].sort())
    process.exit()
    """)
    assert found == ["onedoor wallet", "onedoor-passes"]


def test_a_page_of_somebody_signed_in_takes_nothing_away() -> None:
    found = told(DEVICE + "await import('src/app')\nawait later(20)\ntell(gone)\nprocess.exit()")
    assert found == []


WORKER = """
const SWIFT = 100, wait = globalThis.setTimeout, timeout = AbortSignal.timeout
globalThis.setTimeout = (what, ms) => wait(what, ms / SWIFT)
AbortSignal.timeout = (ms) => timeout(ms / SWIFT)
const cached = { '/static/0/offline.html': 'shell' }
const find = async (file) => cached[file.url ?? file] === undefined ? undefined : new Response(cached[file.url ?? file])
globalThis.caches = { match: find, open: async () => ({ match: find, put: async () => {} }) }
globalThis.self = Object.assign(new EventTarget(), { location: { origin: 'http://page' } })
/** What the worker answers to somebody who goes there; the house's answer begins after so many seconds and takes so many more. */
async function visited(path, begins, takes) {
  globalThis.fetch = async (request, how = {}) => {
    const cut = () => { throw new DOMException('aborted', 'AbortError') }
    await new Promise((done) => wait(done, begins * 1000 / SWIFT))
    if (how.signal?.aborted) cut()
    return new Response(new ReadableStream({ async start(body) {
      body.enqueue(new TextEncoder().encode('first '))
      await new Promise((done) => wait(done, takes * 1000 / SWIFT))
      if (how.signal?.aborted) return body.error(new DOMException('aborted', 'AbortError'))
      body.enqueue(new TextEncoder().encode('last'))
      body.close()
    } }))
  }
  let answer
  const event = { request: { url: `http://page${path}`, method: 'GET', mode: 'navigate' }, respondWith: (given) => { answer = given } }
  self.dispatchEvent(Object.assign(new Event('fetch'), event))
  return (await answer).text().catch((fault) => fault.name)
}
await import('src/sw')
"""


def test_a_file_of_the_wallet_that_has_begun_to_come_comes_whole() -> None:
    """A copy of a certificate on a slow network takes longer than the worker waits for an answer to begin."""
    found = told(WORKER + """
    tell([await visited('/wallet/cert_1/copies/1.pdf', 1, 20), await visited('/wallet', 8, 0), await visited('/hall', 8, 20)])
    process.exit()
    """)
    assert found == ["first last", "shell", "first last"]


def test_a_form_that_was_sent_and_not_left_saves_its_draft_again_after_a_while() -> None:
    """The sending was stopped, or its answer was a file: the page is still there, and what is typed on is kept as before."""
    found = told(DRAFT + """
    window.setTimeout = (what, ms) => setTimeout(what, ms / 100)
    const { forms } = await import('src/forms')
    forms()
    page.held['[data-sent]'] = [one.form]
    const button = page.held['button[aria-busy]'] = [new Element()]
    const sending = new Event('submit', { cancelable: true })
    Object.defineProperties(sending, { target: { value: one.form }, submitter: { value: button[0] } })
    page.dispatchEvent(sending)
    const busy = button[0].getAttribute('aria-busy')
    one.field.value = 'typed on'
    happens(one.form, 'focusout')
    await later(5)
    const meanwhile = asked.length
    await later(60)
    happens(one.form, 'focusout')
    await later(5)
    tell({ busy, meanwhile, asked, after: button[0].getAttribute('aria-busy') })
    process.exit()
    """)
    assert (found["busy"], found["after"], found["meanwhile"]) == ("true", None, 0)
    assert [json.loads(body) for _, _, body in found["asked"]] == [{"a": "typed on"}]


def test_the_search_of_a_page_that_was_shown_anew_still_suggests() -> None:
    """A notice came, and the first page took its own new answer: the search box in it is another one."""
    found = told("""
    const asked = []
    globalThis.fetch = async (url) => {
      asked.push(url)
      return url.startsWith('/search') ? Response.json({ items: [] }) : new Response('page')
    }
    const box = () => {
      const input = new Element(), form = new Element({ held: { 'input[name=q]': [input] } })
      return { input, form }
    }
    const before = box(), after = box(), main = new Element(), forms = 'form.search[action="/search"]'
    globalThis.EventSource = class extends EventTarget { constructor() { super(); globalThis.line = this } }
    globalThis.DOMParser = class { parseFromString() { return new Element({ held: { main: [new Element({ children: [after.form] })] } }) } }
    page.held = { main: [main], [forms]: [before.form] }
    main.replaceChildren = () => { page.held[forms] = [after.form] }
    const { suggest } = await import('src/suggest')
    const { live } = await import('src/live')
    suggest()
    live()
    for (const notices of [[], [{ title: 'storm' }]]) {
      line.dispatchEvent(Object.assign(new Event('notices'), { data: JSON.stringify(notices) }))
      await later(5)
    }
    after.input.value = 'x'
    happens(after.input, 'input')
    await later(200)
    tell(asked)
    process.exit()
    """)
    assert found == ["http://page/", "/search/suggest?q=x"]


@pytest.mark.parametrize(("typed", "shown"), [("居住", "old"), ("", "new")])
def test_what_is_typed_and_not_sent_is_not_taken_away_by_a_message(typed: str, shown: str) -> None:
    """The keyboard has gone, so nothing has the focus; what stands in the search box is still somebody's."""
    found = told(f"""
    globalThis.EventSource = class extends EventTarget {{ constructor() {{ super(); globalThis.line = this }} }}
    globalThis.fetch = async () => new Response('page')
    const fresh = new Element({{ held: {{ main: [new Element({{ children: ['new'] }})] }} }})
    globalThis.DOMParser = class {{ parseFromString() {{ return fresh }} }}
    const input = new Element({{ value: '{typed}', defaultValue: '' }})
    const main = new Element({{ children: ['old'], held: {{ input: [input] }} }})
    page.held = {{ main: [main] }}
    const {{ live }} = await import('src/live')
    live()
    for (const notices of [[], [{{ title: 'storm' }}]]) {{
      line.dispatchEvent(Object.assign(new Event('notices'), {{ data: JSON.stringify(notices) }}))
      await later(5)
    }}
    tell([main.children[0], said.textContent])
    process.exit()
    """)
    assert found == [shown, "storm"]


def test_a_gate_that_was_revoked_does_not_open_again_without_a_network() -> None:
    """What it knew of passes goes with its place in the city; what it has not sent yet stays."""
    found = told("""
    const kept = new Map(Object.entries({ self: 'me', bundle: { gate: {} }, head: { seq: 3 }, numbers: { epi: {} }, 'list 7': {} }))
    const answered = (result) => { const made = { result }; queueMicrotask(() => made.onsuccess?.()); return made }
    const store = { get: (name) => answered(kept.get(name)), put: (value, name) => { kept.set(name, value) } }
    const db = { transaction() {
      const tx = { objectStore: () => store, abort() {} }
      setTimeout(() => tx.oncomplete(), 1)
      return tx
    } }
    const key = (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])).privateKey
    const { fetchBundle, get } = await import('src/passes/station')
    globalThis.fetch = async () => new Response('{}', { status: 410 })
    const answer = await fetchBundle(db, { id: 'gate_1', raw: '00', key }, 0)
    tell([answer, (await get(db, 'bundle')) ?? null, await get(db, 'numbers'), (await get(db, 'head')).seq])
    process.exit()
    """)
    assert found == ["revoked", None, {}, 3]


def test_the_worker_keeps_for_ever_only_what_the_house_says_will_not_change() -> None:
    """While one process runs the old program, it answers a file of the new one with its own, and says so: to be asked for anew."""
    found = told(WORKER + """
    const put = []
    globalThis.caches = { open: async () => ({ match: async () => undefined, put: async (request) => { put.push(request.url) } }) }
    for (const [name, said] of [['one', 'public, max-age=31536000, immutable'], ['two', 'no-cache']]) {
      globalThis.fetch = async () => new Response(name, { headers: { 'cache-control': said } })
      let answer
      const event = { request: { url: `http://page/static/0123456789ab/${name}.js`, method: 'GET', mode: 'no-cors' } }
      self.dispatchEvent(Object.assign(new Event('fetch'), event, { respondWith: (given) => { answer = given } }))
      put.push(await (await answer).text())
    }
    tell(put)
    process.exit()
    """)
    assert found == ["http://page/static/0123456789ab/one.js", "one", "two"]
