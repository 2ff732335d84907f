/** A gate's place in the city: its key, what it knows, and how it speaks to the house. */
import { asked, within } from './base'
import { type Issuer, type Known, type List, pidKey, verifyKey } from './checking'
import { applied, Malformed, read as readList, unb64 } from './lists'
import { acknowledge, type Line, ready, STATE } from './log'
import type { Marks } from './numbers'
import { type Bytes, hash, hex, unhex } from './od1'

const DELTAS = 12
export interface Self { id: string; raw: string; key: CryptoKey }
interface Told {
  server_time: number
  gate: { name: string; place: string; direction: 'in' | 'out' | 'both'; state: string; division?: string }
  issuers: { kid: string; key: string; scheme: string; not_before: number; not_after: number | null; ends_at: number | null; listed: boolean; levels?: Record<number, number> | null }[]
  pid_keys: Record<string, string>; list_keys: Record<string, string>
  lists: { shard: number; scheme: string; seq: number }[]
  min_paper: Record<string, number>; vehicles_withdrawn?: string[]; list_age: number; schemes: Record<string, string>; yellow: 'stop' | 'guide'
  numbers?: Record<string, Omit<Marks, 'body'>>; enc?: string
}
export interface Bundle extends Told { fetched: number; offset: number }

const utf8 = new TextEncoder()
export const b64 = (raw: Uint8Array): string => {
  let text = ''
  for (let at = 0; at < raw.length; at += 8192) text += String.fromCharCode(...raw.subarray(at, at + 8192))
  return btoa(text).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
}

export const get = <T>(db: IDBDatabase, name: string): Promise<T | undefined> => within(db, [STATE], 'readonly', (tx) => asked<T | undefined>(tx.objectStore(STATE).get(name)))
export const put = (db: IDBDatabase, name: string, value: unknown): Promise<void> => within(db, [STATE], 'readwrite', (tx) => { tx.objectStore(STATE).put(value, name) })

/** Takes part by a one-use link: the key is made here and cannot be taken out of this browser. */
export async function enrol(db: IDBDatabase, invite: string): Promise<Self | string> {
  const pair = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']) as CryptoKeyPair
  const shown = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
  const answer = await fetch('/api/gates/enrolments', {
    method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json' }, body: JSON.stringify({ invite, public_key: b64(shown) }),
  })
  const got = await answer.json() as { id: string; raw: string; title?: string }
  if (!answer.ok) return got.title ?? String(answer.status)
  const self: Self = { id: got.id, raw: got.raw, key: pair.privateKey }
  await put(db, 'self', self)
  return self
}

/** A request with this gate's signature over what is sent, when, and where. */
export async function speak(self: Self, offset: number, method: string, path: string, body = '', more: Record<string, string> = {}): Promise<Response> {
  const at = Math.floor((Date.now() + offset) / 1000)
  const said = utf8.encode(`OD1u\n${method} ${path}\n${at}\n${hex(hash(utf8.encode(body)))}`)
  const signature = b64(new Uint8Array(await crypto.subtle.sign('Ed25519', self.key, said)))
  const headers: Record<string, string> = { accept: 'application/json', authorization: `Gate at=${at},sig=${signature}`, ...more }
  if (body) headers['content-type'] = 'application/json'
  return fetch(path, { method, headers, ...body ? { body } : {} })
}

/** By deltas while they fit, else the whole list. */
async function newest(held: List | undefined, one: Told['lists'][number], keys: Map<string, CryptoKey>, now: number): Promise<List | undefined> {
  let list = held
  for (let n = 0; list && list.seq < one.seq && n < DELTAS; n++) {
    const delta = await fetch(`/passes/lists/${one.shard}/delta/${list.seq}`)
    if (!delta.ok) break
    try {
      list = await applied(new Uint8Array(await delta.arrayBuffer()), keys, list)
    } catch (bad) {
      if (!(bad instanceof Malformed)) throw bad
      break
    }
  }
  return list && list.seq >= one.seq ? list : whole(list, one, keys, now)
}

/** The whole list; one that must not be believed leaves the old one in hand. */
async function whole(held: List | undefined, one: Told['lists'][number], keys: Map<string, CryptoKey>, now: number): Promise<List | undefined> {
  const answer = await fetch(`/passes/lists/${one.shard}/full`)
  if (!answer.ok) return held
  try {
    const list = await readList(await answer.text(), keys, now, held?.seq ?? -1)
    return list.shard === one.shard && (!held || list.issued >= held.issued) ? list : held
  } catch (bad) {
    if (bad instanceof Malformed) return held
    throw bad
  }
}

/** Asks for everything that is needed to work without a network for a day; keeps what it has when that fails. */
export async function fetchBundle(db: IDBDatabase, self: Self, offset: number): Promise<Bundle | 'revoked' | null> {
  let answer = await speak(self, offset, 'GET', `/api/gates/${self.id}/bundle`).catch(() => null)
  if (answer?.status === 422) {
    const { server_time } = await answer.json() as { server_time?: number }
    if (server_time) answer = await speak(self, server_time * 1000 - Date.now(), 'GET', `/api/gates/${self.id}/bundle`).catch(() => null)
  }
  if (answer?.status === 410) {
    await put(db, 'numbers', {})
    await put(db, 'bundle', null)
    return 'revoked'
  }
  if (!answer?.ok) return null
  const told = await answer.json() as Told
  const bundle: Bundle = { ...told, fetched: Date.now(), offset: told.server_time * 1000 - Date.now() }
  const keys = new Map(await Promise.all(Object.entries(told.list_keys).map(async ([kid, raw]) => [kid, await verifyKey(unb64(raw))] as const)))
  for (const one of told.lists) {
    const held = await get<List>(db, `list ${one.shard}`)
    const list = await newest(held, one, keys, told.server_time).catch(() => held)
    if (list && list !== held) await put(db, `list ${one.shard}`, list)
  }
  await takeNumbers(db, self, bundle)
  await put(db, 'bundle', bundle)
  return bundle
}

/** Marks of identity numbers, for schemes that allow it; what does not arrive whole leaves the old ones in hand, which say themselves how old they are. */
async function takeNumbers(db: IDBDatabase, self: Self, bundle: Bundle): Promise<void> {
  const held = await marks(db), wanted = bundle.numbers ?? {}, now: Record<string, Marks> = {}
  for (const [scheme, told] of Object.entries(wanted)) {
    const old = held[scheme]
    if (old) now[scheme] = old
    if (old?.sha256 === told.sha256 && old.day === told.day) {
      now[scheme] = { ...old, ...told }
      continue
    }
    const answer = await speak(self, bundle.offset, 'GET', `/api/gates/${self.id}/numbers/${scheme}`).catch(() => null)
    const body = answer?.ok ? new Uint8Array(await answer.arrayBuffer()) : null
    if (body && hex(hash(body)) === told.sha256) now[scheme] = { ...told, body }
  }
  await put(db, 'numbers', now)
}

/** Of every scheme for which this gate may go by identity numbers. */
export const marks = async (db: IDBDatabase): Promise<Record<string, Marks>> => await get<Record<string, Marks>>(db, 'numbers') ?? {}

/** What the checker is told. */
export async function known(db: IDBDatabase, bundle: Bundle): Promise<Known> {
  const issuers = new Map<string, Issuer[]>()
  for (const one of bundle.issuers) {
    const issuer = { key: await verifyKey(unb64(one.key)), scheme: one.scheme, notBefore: one.not_before, notAfter: one.not_after, endsAt: one.ends_at, listed: one.listed, levels: one.levels ?? null }
    issuers.set(one.kid, [...issuers.get(one.kid) ?? [], issuer])
  }
  const pidKeys = new Map(await Promise.all(Object.entries(bundle.pid_keys).map(async ([name, raw]) => [name, await pidKey(unb64(raw))] as const)))
  const lists = new Map<number, List>()
  for (const { shard } of bundle.lists) {
    const list = await get<List>(db, `list ${shard}`)
    if (list) lists.set(shard, list)
  }
  return { issuers, pidKeys, lists, minPaper: new Map(Object.entries(bundle.min_paper)), listAge: bundle.list_age }
}

/** One batch, by one tab at a time; true when there may be more. Only what the city acknowledges is deleted. */
export async function upload(db: IDBDatabase, self: Self, offset: number): Promise<boolean> {
  return await navigator.locks.request('onedoor-gate-upload', { ifAvailable: true }, async (lock) => {
    const lines = lock ? await ready(db) : []
    if (!lines.length) return false
    const answer = await speak(self, offset, 'POST', `/api/gates/${self.id}/scans`, JSON.stringify({ scans: lines.map(sent) })).catch(() => null)
    if (!answer?.ok) return false
    await acknowledge(db, (await answer.json() as { acked_seq: number }).acked_seq)
    return true
  })
}

const sent = (line: Line): unknown => line
export const rawId = (self: Self): Bytes => unhex(self.raw)
