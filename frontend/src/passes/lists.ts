/** Colour lists and their deltas, believed only when signed, whole and newer; otherwise the list in hand stays. */
import type { List } from './checking'
import { type Bytes, hash, hex } from './od1'

const MOST = 1 << 22, ROWS = 1 << 24
const utf8 = new TextDecoder('utf-8', { fatal: true })
export class Malformed extends Error {}

export function unb64(text: string): Bytes {
  const raw = atob(text.replace(/-/g, '+').replace(/_/g, '/'))
  return Uint8Array.from(raw, (char) => char.charCodeAt(0))
}

async function inflated(raw: Bytes): Promise<Uint8Array> {
  const reader = new Blob([raw]).stream().pipeThrough(new DecompressionStream('deflate')).getReader()
  const parts: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.length
    if (size > MOST) throw new Malformed('zlib')
    parts.push(value)
  }
  const out = new Uint8Array(size)
  let at = 0
  for (const part of parts) { out.set(part, at); at += part.length }
  return out
}

interface Said { iat: number; exp: number; shard: number; seq: number; status_list: { bits: number; lst: string } }

/** The list of a signed Token Status List. */
export async function read(text: string, keys: Map<string, CryptoKey>, now: number, newerThan = -1): Promise<List> {
  try {
    const [head, body, signature] = text.split('.') as [string, string, string]
    const header = JSON.parse(utf8.decode(unb64(head))) as { typ: string; alg: string; kid: string; crit?: unknown }
    if (header.typ !== 'statuslist+jwt' || header.alg !== 'EdDSA' || header.crit !== undefined) throw new Malformed('typ')
    const key = keys.get(header.kid)
    if (!key || !await crypto.subtle.verify('Ed25519', key, unb64(signature), new TextEncoder().encode(`${head}.${body}`))) throw new Malformed('issuer')
    const said = JSON.parse(utf8.decode(unb64(body))) as Said
    if (![said.iat, said.exp, said.shard, said.seq].every(Number.isInteger) || said.exp <= now) throw new Malformed('exp')
    if (said.seq < newerThan) throw new Malformed('seq')
    if (said.status_list.bits !== 2) throw new Malformed('status_list')
    return { shard: said.shard, seq: said.seq, issued: said.iat, body: await inflated(unb64(said.status_list.lst)) }
  } catch (bad) {
    throw bad instanceof Malformed ? bad : new Malformed(String(bad))
  }
}

function put(body: Uint8Array, row: number, value: number): void {
  const shift = (row & 3) * 2
  body[row >> 2] = body[row >> 2]! & ~(3 << shift) & 255 | value << shift
}

interface Head { kid: string; shard: number; from_seq: number; to_seq: number; issued: number; sha256_after: string }

/** The next list; Malformed when anything does not fit, and then the whole list is fetched. */
export async function applied(raw: Bytes, keys: Map<string, CryptoKey>, held: List): Promise<List> {
  if (raw.length < 70 || hex(raw.subarray(0, 4)) !== '4f443144') throw new Malformed('delta')
  const start = 6 + (raw[4]! << 8 | raw[5]!), end = raw.length - 64
  let head: Head
  try {
    head = JSON.parse(utf8.decode(raw.subarray(6, start))) as Head
  } catch {
    throw new Malformed('issuer')
  }
  const key = keys.get(head.kid)
  if (!key || !await crypto.subtle.verify('Ed25519', key, raw.slice(end), raw.slice(0, end))) throw new Malformed('issuer')
  if (head.shard !== held.shard || head.from_seq !== held.seq || head.to_seq <= held.seq) throw new Malformed('seq')
  const body = held.body.slice()
  let number = 0, shift = 0, row = 0, changes = 0
  for (let at = start; at < end; at++) {
    number += (raw[at]! & 127) * 2 ** shift
    shift += 7
    if (raw[at]! > 127) {
      if (shift > 28) throw new Malformed('change')
      continue
    }
    const gap = Math.floor(number / 4)
    row += gap
    if (row >= ROWS || row >= body.length * 4 || (!gap && changes) || (!raw[at] && shift > 7)) throw new Malformed('row')
    put(body, row, number & 3)
    changes++
    number = shift = 0
  }
  if (shift || hex(hash(body)) !== head.sha256_after) throw new Malformed('hash')
  return { shard: held.shard, seq: head.to_seq, issued: head.issued, body }
}
