/** A day of tickets on this device: seeds are made here and never leave it, tickets come signed from the city. */
import { asked, open, within } from './base'
import { type Bytes, chain, hex, join, number4, STEPS, textOf, unhex } from './od1'

const NAME = 'onedoor-passes', STORE = 'bearers', DEVICE = 'device', MANY = 24, FEW = 12

/** One pass of one person, as the city tells it. */
export interface Bearer {
  scheme: string; person: string; name: string; scheme_name: string; colour: number; minor: boolean; step_seconds: number; why: string; until: string | null; list_at: number | null; last: number | null
}

interface Slot { t0: number; seed: string; ticket: string }
export interface Kept extends Bearer { slots: Slot[]; offset: number; saved_at: number }
export interface Shown { text: string; step: number; left: number; seconds: number; colour: number }

const b64 = (raw: Uint8Array): string => btoa(String.fromCharCode(...raw)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
const unb64 = (text: string): Bytes => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (char) => char.charCodeAt(0))
const keyOf = (one: Bearer): string => `${one.scheme} ${one.person}`
const database = (): Promise<IDBDatabase> => open(NAME, [STORE])

/** Everybody whose pass this device holds. */
export async function held(): Promise<Kept[]> {
  const db = await database()
  const all = await within(db, [STORE], 'readonly', (tx) => asked<unknown[]>(tx.objectStore(STORE).getAll()))
  db.close()
  return all.filter((one): one is Kept => typeof one === 'object')
}

export async function forget(): Promise<void> {
  const db = await database()
  await within(db, [STORE], 'readwrite', (tx) => { tx.objectStore(STORE).clear() })
  db.close()
}

/** Passes that this device may no longer show. */
export async function drop(gone: Kept[]): Promise<void> {
  const db = await database()
  await within(db, [STORE], 'readwrite', (tx) => { for (const one of gone) tx.objectStore(STORE).delete(keyOf(one)) })
  db.close()
}

async function save(kept: Kept): Promise<void> {
  const db = await database()
  await within(db, [STORE], 'readwrite', (tx) => { tx.objectStore(STORE).put(kept, keyOf(kept)) })
  db.close()
}

async function device(): Promise<string> {
  const db = await database()
  const name = await within(db, [STORE], 'readwrite', async (tx) => {
    const store = tx.objectStore(STORE), known = await asked<string | undefined>(store.get(DEVICE))
    if (known) return known
    const fresh = crypto.randomUUID()
    store.put(fresh, DEVICE)
    return fresh
  })
  db.close()
  return name
}

/** Seconds as the city counts them: its clock at the last answer, then this device's own. */
export const clock = (offset: number): number => Math.floor((Date.now() + offset) / 1000)

const anchors = new Map<string, Bytes[]>()

/** The chain of a slot, hashed once while the page is open. */
function links(slot: Slot): Bytes[] {
  let known = anchors.get(slot.seed)
  if (!known) anchors.set(slot.seed, known = chain(unhex(slot.seed), number4(slot.t0)))
  return known
}

/** Asks for tickets when fewer than twelve hours are left, or when those in hand say another colour. */
export async function refill(one: Bearer, kept: Kept | undefined, offset: number): Promise<Kept> {
  const length = STEPS * one.step_seconds, first = Math.floor(clock(offset) / length) * length
  const usable = kept && kept.colour === one.colour && kept.minor === one.minor && kept.step_seconds === one.step_seconds
  const ahead = kept?.slots.filter((slot) => slot.t0 >= first) ?? []
  if (usable && ahead.length >= FEW && ahead[0]?.t0 === first) {
    const same = { ...kept, ...one, slots: ahead, offset, saved_at: Date.now() }
    await save(same)
    return same
  }
  const left = one.last === null ? Infinity : Math.ceil((one.last - first) / length)
  const many = Math.min(MANY, Math.floor(MANY * 3600 / length), left), seeds = new Map(ahead.map((slot) => [slot.t0, slot.seed]))
  const wanted = Array.from({ length: many }, (_, n) => first + n * length)
    .map((t0) => ({ t0, seed: seeds.get(t0) ?? hex(crypto.getRandomValues(new Uint8Array(16))), ticket: '' }))
  const answer = await fetch('/passes/slots', {
    method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ scheme: one.scheme, person: one.person, device: await device(), first_t0: first, anchors: wanted.map((slot) => b64(links(slot)[0]!)) }),
  })
  if (!answer.ok) throw new Error(String(answer.status))
  const got = await answer.json() as { tickets: string[]; server_time: number }
  const slots = wanted.map((slot, n) => ({ ...slot, ticket: hex(unb64(got.tickets[n]!)) }))
  const fresh = { ...one, slots, offset: got.server_time * 1000 - Date.now(), saved_at: Date.now() }
  await save(fresh)
  return fresh
}

/** Until when tickets are in hand without an hour missing, in seconds. */
export function lasts(kept: Kept): number {
  const length = STEPS * kept.step_seconds
  let end = Math.floor(clock(kept.offset) / length) * length
  while (kept.slots.some((slot) => slot.t0 === end)) end += length
  return end
}

/** What the screen shows at this second; null when no ticket is left for it. */
export function shown(kept: Kept, now: number): Shown | null {
  const slot = kept.slots.find((one) => one.t0 <= now && now < one.t0 + STEPS * kept.step_seconds)
  if (!slot) return null
  const step = Math.floor((now - slot.t0) / kept.step_seconds) + 1
  const ticket = unhex(slot.ticket)
  const code = join(ticket, Uint8Array.of(step), links(slot)[step]!)
  return { text: textOf(code), step, left: kept.step_seconds - (now - slot.t0) % kept.step_seconds, seconds: kept.step_seconds, colour: ticket[8]! & 7 }
}
