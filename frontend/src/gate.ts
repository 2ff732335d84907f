/** The gate: reads codes by camera, scanner or hand, judges them without a network, and writes each down before the lamp is lit. */
import { Camera } from './camera'
import { clockIn, keepPage, wordsOf } from './passes/base'
import { Checker, type Verdict } from './passes/checking'
import * as fever from './passes/fever'
import { clockFault, type Lamp, lampOf, tell, vehicleLamp } from './passes/lamp'
import * as looks from './passes/looks'
import { amend, append, database, type Line, scanId, waiting } from './passes/log'
import { PAPER, read } from './passes/od1'
import { type Bundle, enrol, fetchBundle, get, known, rawId, type Self, upload } from './passes/station'
import { lookedUp, temperature } from './passes/typed'
import { check as checkVehicle, plateOf, read as readVehicle } from './passes/vehicle'

const box = document.querySelector<HTMLElement>('[data-gate]')!
const word = wordsOf(box)
const part = <T extends HTMLElement>(name: string): T => box.querySelector<T>(`[data-${name}]`)!
const inCity = clockIn(box.dataset['zone']!)
const REFRESH = 5 * 60_000, SEND = 5000, UNDO = 10_000
let db: IDBDatabase
let self: Self | null = null
let bundle: Bundle | null = null
let checker: Checker | null = null
let last: { line: Line; at: number } | null = null
let again: fever.Waiting
let busy = false
let car = ''

const offset = (): number => bundle?.offset ?? 0
const now = (): number => Math.floor((Date.now() + offset()) / 1000)
const hour = (seconds: number): string => {
  const { day, time } = inCity(new Date(seconds * 1000))
  return `${day} ${time}`
}
const listTimes = (): number[] => [...checker?.known.lists.values() ?? []].map((one) => one.issued)
const clock = (): 'fine' | 'warn' | 'unfit' => clockFault(offset(), now(), Math.max(0, ...listTimes()))

function age(issued: number): string {
  const minutes = Math.max(0, Math.floor((now() - issued) / 60))
  return minutes < 120 ? word('minutes', { n: minutes }) : word('hours', { n: Math.floor(minutes / 60) })
}

/** Where this is, how old the list is, what has not been sent, how far the clock is off: always on the screen. */
async function status(): Promise<void> {
  if (!self || !bundle) return
  const oldest = Math.min(...listTimes()), lists = Number.isFinite(oldest)
  part('place').textContent = `${bundle.gate.place} · ${bundle.gate.name}`
  part('list').textContent = lists ? word('list', { at: hour(oldest), age: age(oldest) }) : word('noListYet')
  part('list').classList.toggle('late', !lists || now() - oldest > bundle.list_age)
  part('waiting').textContent = word('waiting', { n: await waiting(db) })
  const off = Math.round(offset() / 1000), state = clock()
  part('clock').textContent = state === 'fine' ? word('clockFine') : word(state === 'warn' ? 'clockWarn' : 'clockUnfit', { n: Math.abs(off) })
  part('clock').classList.toggle('late', state !== 'fine')
  part('net').textContent = word(navigator.onLine ? 'online' : 'offline')
}

function light(lamp: Lamp, found?: Verdict, values: Record<string, string> = {}): void {
  const said = part('lamp')
  said.className = `lamp ${lamp.tone}`
  said.dataset['result'] = found?.result ?? ''
  said.dataset['turn'] = String(Number(said.dataset['turn'] ?? '0') + 1)
  part('shape').textContent = lamp.shape
  const scheme = found?.scheme ?? '', name = bundle?.schemes[scheme] ?? ''
  part('word').textContent = word(lamp.word, { scheme: name, ...values })
  part('more').textContent = word(lamp.more, { at: found?.issued ? hour(found.issued) : '', ...values }) + (found?.minor ? ` ${word('minor')}` : '')
    + (scheme.startsWith('@') ? ` ${word('foreign', { scheme: name })}` : '')
  tell(lamp.tone)
  if (part<HTMLInputElement>('aloud').checked) speechSynthesis.speak(new SpeechSynthesisUtterance(`${part('word').textContent}。${part('more').textContent}`))
}

const direction = (): 'in' | 'out' => box.querySelector<HTMLInputElement>('[name=direction]:checked')?.value === 'out' ? 'out' : 'in'

function remember(line: Line, lamp: Lamp): void {
  last = { line, at: Date.now() }
  const item = document.createElement('li')
  item.dataset['seq'] = String(line.seq)
  item.textContent = `${hour(line.at).slice(-5)} ${lamp.shape} ${part('word').textContent}`
  part('recent').prepend(item)
  while (part('recent').children.length > 5) part('recent').lastElementChild!.remove()
  part<HTMLInputElement>('temp').value = ''
  part<HTMLInputElement>('companions').value = '0'
  part('temp-told').textContent = ''
  part('after').hidden = false
  part('undo').hidden = false
  setTimeout(() => { if (last?.line.seq === line.seq) part('undo').hidden = true }, UNDO)
}

/** One code: judged, written down, and only then the lamp. */
async function judge(text: string): Promise<void> {
  if (!self || !bundle || !checker) return
  car = ''
  const code = read(text), at = now()
  let found: Verdict = code ? await checker.check(code, at) : { result: 'format' }
  if (code && found.result !== 'format') {
    const written = await append(db, scanId(rawId(self), code, at), {
      code: btoa(String.fromCharCode(...code)), at, method: code[0] === PAPER ? 'paper' : 'code', result: found.result, colour: found.colour ?? null,
      direction: direction(), temp: null, companions: 0,
    })
    if (written === 'again' && ['ok', 'paper'].includes(found.result)) found = { ...found, result: 'replayed' }
    const lamp = lampOf(found, clock(), bundle.yellow === 'stop')
    light(lamp, found)
    if (written !== 'again') remember(written, lamp)
  } else light(lampOf(found, clock(), bundle.yellow === 'stop'), found)
  void status()
}

/** A vehicle's pass: first the guard sees whose plate it is for; a plate that is typed then is compared. Nothing of it is written down. */
async function vehicle(text: string, plate: string | null): Promise<void> {
  if (!bundle || !checker) return
  const code = readVehicle(text), here = bundle.gate.division ?? ''
  const found = await checkVehicle(code ?? new Uint8Array(), checker.known.issuers, here, now(), plate, bundle.vehicles_withdrawn ?? [])
  const values = { plate: found.plate, scheme: bundle.schemes[found.scheme] ?? '', at: found.ends ? hour(found.ends - 1) : '', from: found.begins ? hour(found.begins) : '' }
  light(vehicleLamp(found, clock()), { result: 'format' }, values)
  part('lamp').dataset['result'] = found.result
  part('after').hidden = part('undo').hidden = true
  void status()
}

/** What was typed or read by a hardware scanner: a code, or an identity number. */
async function typed(text: string): Promise<void> {
  if (busy || !text.trim()) return
  busy = true
  try {
    if (self && bundle && checker && /^[\s\d]{14,20}[\dXx]\s*$/.test(text)) light(await lookedUp(db, self, bundle, text.replace(/\s/g, '')))
    else if (/^\s*OV1:/i.test(text)) await vehicle(car = text, null)
    else if (car && plateOf(text)) await vehicle(car, text)
    else await judge(text)
  } finally {
    busy = false
  }
}

/** A first temperature stands in the check itself; who was too warm is on the list of those to be measured again. */
async function measured(line: Line, tenths: number, high: boolean): Promise<void> {
  if (!await amend(db, line.seq, { temp: tenths })) return
  await fever.remember(db, { scan: line.id, at: now(), tenths, said: hour(line.at).slice(-5) }, high)
  await again.draw()
}

/** What the second temperature means, to the guard; the city tells the person. */
function measuredAgain(said: string): void {
  part('again-told').textContent = word(said, { n: '' })
  if (said === 'againHigh') light({ tone: 'look', shape: '!', word: said, more: 'againHighMore' })
}

async function refresh(): Promise<void> {
  if (!self) return
  const got = await fetchBundle(db, self, offset())
  if (got === 'revoked') {
    checker = null
    return locked('revoked')
  }
  if (got) bundle = got
  if (!bundle) return locked('noBundle')
  const fresh = await known(db, bundle)
  if (checker) checker.known = fresh
  else checker = new Checker(fresh)
  open()
}

async function send(): Promise<void> {
  while (self && await upload(db, self, offset())) { /* until nothing is left that has settled */ }
  if (self) await fever.send(db, self, offset())
  if (self) await looks.send(db, self, offset())
  void status()
}

function locked(why: string, values: Record<string, string> = {}): void {
  part('work').hidden = true
  part('closed').hidden = false
  part('closed-words').textContent = word(why, values)
}

function open(): void {
  part('work').hidden = false
  part('closed').hidden = true
  for (const one of box.querySelectorAll<HTMLInputElement>('[name=direction]')) {
    one.disabled = bundle!.gate.direction !== 'both' && one.value !== bundle!.gate.direction
    if (one.disabled && one.checked) one.checked = false
    if (!one.disabled && !box.querySelector('[name=direction]:checked')) one.checked = true
  }
  void status()
  box.dataset['ready'] = ''
}

function controls(): void {
  const eye = new Camera(part('scan'), part<HTMLVideoElement>('video')), field = part<HTMLInputElement>('code')
  let before = '', since = 0
  part('camera').addEventListener('click', () => {
    part('torch').hidden = true
    part('torch').ariaPressed = 'false'
    if (eye.on) return eye.stop()
    eye.start(() => {
      part('scan-told').textContent = word('looking')
      part('torch').hidden = !eye.torch
    }, async (text) => {
      if (text === before && Date.now() - since < 8000) return
      before = text
      since = Date.now()
      await typed(text)
    }).catch(() => { eye.stop(); part('scan-told').textContent = word('noCamera') })
  })
  part('torch').addEventListener('click', () => {
    const on = part('torch').ariaPressed !== 'true'
    void eye.light(on).then(() => { part('torch').ariaPressed = String(on) })
  })
  part<HTMLFormElement>('typing').addEventListener('submit', (event) => {
    event.preventDefault()
    const text = field.value
    field.value = ''
    void typed(text)
  })
  part('undo').addEventListener('click', () => {
    if (last) void amend(db, last.line.seq, { undone: true }).then((line) => {
      if (!line) return
      void fever.forget(db, line.id).then(() => again.draw())
      light({ tone: 'none', shape: '↺', word: 'undone', more: 'undoneMore' })
      box.querySelector(`[data-recent] [data-seq="${line.seq}"]`)?.classList.add('undone')
      part('undo').hidden = part('after').hidden = true
    })
  })
  part('temp').addEventListener('change', () => {
    const read = temperature(part<HTMLInputElement>('temp').value)
    part('temp-told').textContent = word(read.word, { n: read.tenths === null ? '' : (read.tenths / 10).toFixed(1) })
    if (last && read.tenths !== null) void measured(last.line, read.tenths, read.word === 'tempHigh')
  })
  part('companions').addEventListener('change', () => {
    const many = Math.max(0, Math.min(9, Math.floor(Number(part<HTMLInputElement>('companions').value)) || 0))
    if (last) void amend(db, last.line.seq, { companions: many })
  })
  window.addEventListener('pagehide', () => eye.stop())
  window.addEventListener('online', () => { void refresh().then(send) })
  window.addEventListener('offline', () => void status())
}

async function begin(): Promise<void> {
  box.hidden = false
  db = await database()
  const invite = /^#enrol\.(.+)$/.exec(location.hash)?.[1]
  if (invite) {
    history.replaceState(null, '', '/gate')
    const made = await enrol(db, invite).catch(() => word('noNetwork'))
    if (typeof made === 'string') return locked('notEnrolled', { why: made })
  }
  self = await get<Self>(db, 'self') ?? null
  if (!self) return locked('newDevice')
  again = new fever.Waiting(db, part('again'), word, now, measuredAgain)
  controls()
  bundle = await get<Bundle>(db, 'bundle') ?? null
  if (bundle) {
    checker = new Checker(await known(db, bundle))
    open()
  }
  await refresh()
  setInterval(() => void refresh(), REFRESH)
  void send()
  setInterval(() => void send(), SEND)
  setInterval(() => void status().then(() => again.draw()), 1000)
  await keepPage([part('scan').dataset['reader']!, part('scan').dataset['wasm']!])
  box.dataset['kept'] = ''
}

void begin()
