/** Identity numbers without a network: the marks of those a gate asks about, as `onedoor/passes/od1/numbers.py` has them. */
import { type Bytes, hash, join, number4 } from './od1'

const DOMAIN = Uint8Array.of(0x4f, 0x44, 0x31, 0x69), SPREAD = 3, utf8 = new TextEncoder()
/** Of one scheme: made at `at` (unix seconds), under the key of the UTC day `day`. */
export interface Marks { day: number; bits: number; at: number; sha256: string; body: Bytes }

const first4 = (raw: Uint8Array): number => (raw[0]! << 24 | raw[1]! << 16 | raw[2]! << 8 | raw[3]!) >>> 0
/** `>>>` takes its distance modulo 32: none of 32 bits is nothing. */
const top = (raw: Uint8Array, bits: number): number => bits ? first4(raw) >>> 32 - bits : 0

export async function hmac(key: Uint8Array, said: Bytes): Promise<Bytes> {
  const held = await crypto.subtle.importKey('raw', key as Bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return new Uint8Array(await crypto.subtle.sign('HMAC', held, said))
}

export async function markOf(key: Bytes, scheme: string, number: string, bits: number): Promise<number> {
  const kind = top(hash(join(DOMAIN, utf8.encode(scheme), Uint8Array.of(0), utf8.encode(number))), bits)
  return top(await hmac(key, join(DOMAIN, Uint8Array.of(bits), number4(kind))), bits + SPREAD)
}

/** Whether a mark is listed; null when the bytes are no list. */
export function listed(body: Uint8Array, wanted: number): boolean | null {
  let mark = -1, gap = 0, shift = 0, found = false
  for (const byte of body) {
    gap += (byte & 127) * 2 ** shift
    shift += 7
    if (byte > 127) {
      if (shift > 28) return null
      continue
    }
    mark += gap
    if (!gap || mark >= 2 ** 32) return null
    if (mark === wanted) found = true
    gap = shift = 0
  }
  return shift ? null : found
}
