/** Checks a code on the screen without a network: by the house's bundle, kept on this device while there is one. Loaded only by /verify. */
import { shake128 } from '@noble/hashes/sha3.js'
import { asked, keepPage, open, within } from './passes/base'
import { decode } from './passes/base45'
import { hex, join, same } from './passes/od1'

interface Pair { zh: string; en: string }
interface Key { kid: string; jwk: JsonWebKey; from: number; until: number | null; only: string[] }
interface List { id: string; seq: number; at: number; lst?: string }
interface City { node: string; title: Pair | null; keys: Key[]; types: { code: string; name: Pair; issuer: Pair }[]; lists: List[] }
interface Bundle { iat: number; zone: string; words: Record<string, [Pair, Pair]>; nodes: City[] }
/** [version, key, type, number, holder, last day, list, place, issued, seconds] */
type Ticket = [number, Uint8Array, string, string, string, number, Uint8Array, number, number, number]

/** `result` is one of the house's words, or `online` for what only the house can read. */
export interface Told {
  result: string; title: Pair; detail: Pair; listAt: number
  face?: { name: Pair; issuer: Pair; holder: string; agent: string; number: string; endsOn: string }
}

const STORE = 'bundle', KEPT = 'kept', LATE = 'late', MOST = 50, REFRESH = 300, DAY = 86_400, CLOCK = 60, CLOCK_OFF = 600, LEEWAY = 120
const HALF = '7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8'
const DOMAIN = Uint8Array.of(0x4f, 0x43, 0x31, 0)

const unb64 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (char) => char.charCodeAt(0))
const db = (): Promise<IDBDatabase> => open('onedoor-verify', [STORE, LATE])

// ── what is kept ────────────────────────────────────────────────────────────────────────────────────

async function kept(): Promise<Bundle | undefined> {
  const base = await db()
  return within(base, [STORE], 'readonly', (tx) => asked<Bundle | undefined>(tx.objectStore(STORE).get(KEPT))).finally(() => base.close())
}

async function fetched(since: number): Promise<Bundle> {
  const answer = await fetch(`/verify/bundle${since ? `?since=${since}` : ''}`, { credentials: 'omit' })
  if (!answer.ok) throw new Error(String(answer.status))
  return JSON.parse(new TextDecoder().decode(unb64((await answer.json() as { payload: string }).payload))) as Bundle
}

/** Lists that came without a body are those held already; false when one of them is not. */
function filled(fresh: Bundle, old: Bundle): boolean {
  return fresh.nodes.every((city) => city.lists.every((list) => {
    if (list.lst !== undefined) return true
    const before = old.nodes.find((one) => one.node === city.node)?.lists.find((one) => one.id === list.id && one.seq === list.seq)
    if (before?.lst !== undefined) list.lst = before.lst
    return list.lst !== undefined
  }))
}

/** The newest bundle onto this device, and the page that reads it; the moment of its lists in unix seconds. */
export async function keep(own: string): Promise<number> {
  const old = await kept()
  if (old && Date.now() / 1000 - old.iat < REFRESH) return old.iat
  let fresh = await fetched(old?.iat ?? 0)
  if (old && !filled(fresh, old)) fresh = await fetched(0)
  const base = await db()
  await within(base, [STORE], 'readwrite', (tx) => asked(tx.objectStore(STORE).put(fresh, KEPT))).finally(() => base.close())
  await keepPage([own, '/looks.css'], { credentials: 'omit' })
  return fresh.iat
}

// ── for the holder's record ─────────────────────────────────────────────────────────────────────────

interface Line { id: string; at: string; text: string; result: string }

/** What has been checked is the holder's to know: it waits here until there is a network. */
async function remember(text: string, told: Told): Promise<void> {
  if (!told.face || told.result === 'code_expired') return
  const line: Line = { id: crypto.randomUUID(), at: new Date().toISOString(), text: text.trim(), result: told.result }
  const base = await db()
  await within(base, [LATE], 'readwrite', (tx) => asked(tx.objectStore(LATE).put(line, line.id))).finally(() => base.close())
}

/** Sends what waits; what could not be sent waits on. */
export async function send(): Promise<void> {
  const base = await db()
  try {
    const items = await within(base, [LATE], 'readonly', (tx) => asked(tx.objectStore(LATE).getAll(null, MOST) as IDBRequest<Line[]>))
    if (!items.length) return
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch('/api/verifications/late', { method: 'POST', credentials: 'omit', headers, body: JSON.stringify({ items }) })
    if (answer.ok) await within(base, [LATE], 'readwrite', (tx) => { for (const { id } of items) tx.objectStore(LATE).delete(id) })
  } finally {
    base.close()
  }
}

// ── judging ─────────────────────────────────────────────────────────────────────────────────────────

/** The few shapes of msgpack that a code is made of; anything else is no code. */
function unpacked(raw: Uint8Array): Ticket | null {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.length)
  let at = 1
  const bytes = (size: number): Uint8Array => {
    if (at + size > raw.length) throw new RangeError('cut')
    return raw.subarray(at, at += size)
  }
  const text = (size: number): string => new TextDecoder('utf-8', { fatal: true }).decode(bytes(size))
  const one = (): unknown => {
    const head = view.getUint8(at++)
    if (head < 0x80) return head
    if (head >= 0xa0 && head < 0xc0) return text(head & 31)
    if (head === 0xc4) return bytes(view.getUint8(at++))
    if (head === 0xd9) return text(view.getUint8(at++))
    if (head === 0xcc) return view.getUint8((at += 1) - 1)
    if (head === 0xcd) return view.getUint16((at += 2) - 2)
    if (head === 0xce) return view.getUint32((at += 4) - 4)
    throw new RangeError('shape')
  }
  try {
    if (raw[0] !== 0x9a) return null
    const found = Array.from({ length: 10 }, one)
    const kinds = ['number', 'bytes', 'string', 'string', 'string', 'number', 'bytes', 'number', 'number', 'number']
    const fits = found.every((value, n) => (value instanceof Uint8Array ? 'bytes' : typeof value) === kinds[n])
    return fits && at === raw.length && found[0] === 1 ? found as Ticket : null
  } catch {
    return null
  }
}

async function signed(key: Key, said: Ticket, body: Uint8Array<ArrayBuffer>, signature: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const issued = said[8], low = hex(signature.subarray(32)) <= HALF, may = !key.only.length || key.only.some((vct) => vct.endsWith(`/${said[2]}`))
  if (!low || !may || issued < key.from - LEEWAY || (key.until !== null && issued > key.until + LEEWAY)) return false
  const { kty, crv, x, y } = key.jwk
  const known = await crypto.subtle.importKey('jwk', { kty, crv, x, y } as JsonWebKey, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify'])
  return crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, known, signature, body)
}

async function status(list: List | undefined, place: number): Promise<number | null> {
  if (list?.lst === undefined) return null
  const stream = new Blob([unb64(list.lst)]).stream().pipeThrough(new DecompressionStream('deflate'))
  const body = new Uint8Array(await new Response(stream).arrayBuffer())
  return place < body.length * 4 ? body[place >> 2]! >> (place & 3) * 2 & 3 : null
}

const plain = (text: string): string => text.normalize('NFKC').trimStart().toUpperCase()

/** What it is worth by what is kept; null when nothing is kept on this device. The holder will read of it. */
export async function judge(given: string): Promise<Told | null> {
  const told = await verdict(given)
  if (told) await remember(given, told)
  return told
}

async function verdict(given: string): Promise<Told | null> {
  const book = await kept().catch(() => undefined)
  if (!book) return null
  const newest = Math.max(book.iat, ...book.nodes.flatMap((city) => city.lists.map((list) => list.at)))
  const clock = Date.now() / 1000, now = Math.max(clock, newest)
  const told = (result: string, more: Partial<Told> = {}): Told => {
    const [title, detail] = book.words[result] ?? book.words['unclear']!
    return { result, title, detail, listAt: book.iat, ...more }
  }
  const said = given.trim()
  if (!said) return told('empty')
  if (!said.startsWith('OC1:')) return told(plain(said).startsWith('OC1:') ? 'damaged' : /^(HC1:|ey)/.test(said) ? 'online' : 'foreign')
  const raw = said.length <= 400 ? decode(said.slice(4)) : null
  if (!raw || raw.length < 80) return told('damaged')
  const nonce = raw.subarray(0, 8), signature = raw.slice(-64), hidden = raw.subarray(8, -64)
  const stream = shake128(nonce, { dkLen: hidden.length }), packed = hidden.map((byte, n) => byte ^ stream[n]!)
  const ticket = unpacked(packed)
  if (!ticket) return told('damaged')
  const body = join(DOMAIN, nonce, packed)
  for (const city of book.nodes) {
    for (const key of city.keys) {
      if (same(unb64(key.kid).subarray(0, 8), ticket[1]) && await signed(key, ticket, body, signature)) return standing(book, city, ticket, now, now - clock > CLOCK_OFF, told)
    }
  }
  return told('forged')
}

async function standing(
  book: Bundle, city: City, ticket: Ticket, now: number, slow: boolean, told: (result: string, more?: Partial<Told>) => Told,
): Promise<Told> {
  const [, , type, number, whose, last, listId, place, issued, seconds] = ticket
  const kind = city.types.find((one) => one.code === type), list = city.lists.find((one) => one.id === `list_${hex(listId)}`)
  const endsOn = last ? new Date(last * DAY * 1000).toISOString().slice(0, 10) : ''
  const [holder, agent] = whose.split('\x1f代') as [string, string?]
  const more: Partial<Told> = { listAt: list?.at ?? book.iat }
  if (kind) more.face = { name: kind.name, issuer: kind.issuer, holder, agent: agent ?? '', number, endsOn }
  if (issued > now + CLOCK) return told('unclear', more)
  if (issued + seconds < now) return told('code_expired', more)
  const state = await status(list, place), today = new Intl.DateTimeFormat('sv', { timeZone: book.zone }).format(new Date(now * 1000))
  if (state === 1) return told('revoked', more)
  if (endsOn && endsOn < today) return told('expired', more)
  if (state === null || !kind || slow || now - (list?.at ?? 0) > DAY) return told('unclear', more)
  return told(state === 0 ? 'valid' : 'suspended', more)
}
