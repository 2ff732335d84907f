/** The pass on the screen: a new code every few seconds, from tickets that this device holds for a day, with or without a network. */
import { clockIn, keepPage, wordsOf } from './passes/base'
import { draw } from './passes/qr'
import { type Bearer, clock, drop, forget, held, type Kept, lasts, refill, shown } from './passes/tickets'

const box = document.querySelector<HTMLElement>('[data-pass]')!
const word = wordsOf(box)
const part = <T extends HTMLElement>(name: string): T => box.querySelector<T>(`[data-${name}]`)!
const inCity = clockIn(box.dataset['zone']!), HOUR = 3600, LISTED = 2 * HOUR, SURE = 6 * HOUR, FEW_HOURS = 6 * HOUR
const SHAPES = ['✓', '!', '✕', '?', '!'], LOOKS = ['green', 'yellow', 'red', 'grey', 'popup']
let all: Kept[] = []
let chosen = decodeURIComponent(location.hash.slice(1))
let drawn = ''

const nameOf = (one: Bearer): string => `${one.scheme}/${one.person}`
const current = (): Kept | undefined => all.find((one) => nameOf(one) === chosen) ?? all[0]

/** A code that will not change again is taken away: nothing on the screen may pretend to live. */
function empty(why: string): void {
  part('card').hidden = true
  part('none').hidden = false
  part('none-words').textContent = word(why)
}

function level(one: Kept, colour: number): void {
  part('card').className = `pass-card ${LOOKS[colour]}`
  part('shape').textContent = SHAPES[colour]!
  part('level').textContent = word(`colour${colour}`)
  part('meaning').textContent = word(`meaning${colour}`)
  part('name').textContent = one.name
  part('scheme').textContent = one.scheme_name
  part<HTMLAnchorElement>('why').href = one.why
}

function tick(): void {
  const one = current()
  if (!one) return
  const now = clock(one.offset), code = shown(one, now)
  if (!code) return empty('connect')
  part('card').hidden = false
  part('none').hidden = true
  part('clock').textContent = inCity(new Date(now * 1000)).seconds
  part<HTMLProgressElement>('left').value = code.left / code.seconds
  if (drawn === code.text) return
  drawn = code.text
  warn(one)
  level(one, code.colour)
  part('step').textContent = word('step', { step: code.step })
  box.dataset['module'] = String(draw(part<HTMLCanvasElement>('code'), code.text, Math.min(320, box.clientWidth - 40)))
  part('text').textContent = code.text
}

/** What may no longer be so: the codes run out, the colour was asked for long ago, or the gates' list stands still. */
function warn(one: Kept): void {
  const now = clock(one.offset), left = lasts(one) - now, asked = (Date.now() - one.saved_at) / 1000
  const words = left < FEW_HOURS ? word('few', { n: Math.max(1, Math.floor(left / HOUR)) })
    : asked > SURE ? word('unsure', { n: Math.floor(asked / HOUR) })
    : one.list_at !== null && now - one.list_at > LISTED ? word('listOld', { at: whenOf(new Date(one.list_at * 1000)) }) : ''
  part('warn').textContent = words
  part('warn').hidden = !words
}

const whenOf = (at: Date): string => `${inCity(at).day} ${inCity(at).time}`

/** One button for each pass: one's own, a child's, an old father's. */
function family(): void {
  const list = part('family')
  list.hidden = all.length < 2
  list.replaceChildren(...all.map((one) => {
    const link = document.createElement('a')
    link.href = `#${encodeURIComponent(nameOf(one))}`
    link.textContent = all.some((other) => other.scheme !== one.scheme) ? `${one.name} · ${one.scheme_name}` : one.name
    if (one === current()) link.setAttribute('aria-current', 'page')
    return link
  }))
}

function refresh(): void {
  family()
  const one = current()
  drawn = ''
  if (!one) return empty('nothing')
  part('saved').textContent = word('saved', { at: whenOf(new Date(one.saved_at + one.offset)) })
  tick()
}

/** Newer passes, when the city answers; otherwise what is kept goes on. */
async function renew(): Promise<void> {
  const answer = await fetch('/passes/bearers.json', { headers: { accept: 'application/json' } }).catch(() => null)
  if (answer?.status === 401) {
    await forget()
    all = []
    empty('signin')
    return
  }
  if (!answer?.ok) return
  const told = await answer.json() as { bearers: Bearer[]; server_time: number }
  const offset = told.server_time * 1000 - Date.now(), known = new Map(all.map((one) => [nameOf(one), one]))
  const fresh: Kept[] = []
  for (const one of told.bearers) {
    const mine = await refill(one, known.get(nameOf(one)), offset).catch(() => known.get(nameOf(one)))
    if (mine) fresh.push(mine)
  }
  const still = new Set(told.bearers.map(nameOf))
  await drop(all.filter((one) => !still.has(nameOf(one))))
  all = fresh
  refresh()
}

async function begin(): Promise<void> {
  all = await held()
  if (all.length) refresh()
  await renew()
  box.dataset['ready'] = String(all.length)
  await keepPage()
  box.dataset['kept'] = ''
}

box.hidden = false
window.addEventListener('hashchange', () => { chosen = decodeURIComponent(location.hash.slice(1)); refresh() })
window.addEventListener('online', () => void renew())
window.addEventListener('resize', () => { drawn = ''; tick() })
document.addEventListener('visibilitychange', () => { if (!document.hidden) void renew() })
setInterval(tick, 250)
setInterval(() => void renew(), 10 * 60_000)
void navigator.wakeLock?.request('screen').catch(() => undefined)
void begin()
