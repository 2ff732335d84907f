/** OD1, the rotating pass code, byte for byte as `onedoor/passes/od1` has it. */
import { sha256 } from '@noble/hashes/sha2.js'
import { decode, encode } from './base45'

export type Bytes = Uint8Array<ArrayBuffer>
export const PHONE = 0x01, PAPER = 0x11, BODY = 41, TICKET = 105, WHOLE = 122, PAPER_BODY = 25, PAPER_WHOLE = 89
export const STEPS = 240, DAY = 86400, PAPER_DAYS = 90, PAPER_PERIOD = 30 * DAY, MINOR = 0x20, LONGEST = 187
const STEP_SECONDS = [15, 30, 60]
export const GREEN = 0, YELLOW = 1, RED = 2, GREY = 3, POPUP = 4
/** green < popup < grey < yellow < red, by the colour's number. */
const RANK = [0, 3, 4, 2, 1]

export const worst = (a: number, b: number): number => RANK[b]! > RANK[a]! ? b : a
export const stepSeconds = (flags: number): number => STEP_SECONDS[flags >> 3 & 3]!
export const t0Of = (code: Uint8Array): number => new DataView(code.buffer, code.byteOffset).getUint32(4)
export const periodOf = (paper: boolean, t0: number): number => Math.floor(t0 / (paper ? PAPER_PERIOD : DAY))
export const hex = (raw: Uint8Array): string => Array.from(raw, (byte) => byte.toString(16).padStart(2, '0')).join('')
export const unhex = (text: string): Bytes => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16))
export const hash = (raw: Uint8Array): Bytes => sha256(raw) as Bytes

export function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}

export function join(...parts: Uint8Array[]): Bytes {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) { out.set(part, at); at += part.length }
  return out
}

export const number4 = (n: number): Bytes => Uint8Array.of(n >>> 24, n >>> 16 & 255, n >>> 8 & 255, n & 255)

/** Length, profile, reserved bits, colour and step class: the first check. */
export function whole(code: Uint8Array): boolean {
  const size = code[0] === PHONE ? WHOLE : code[0] === PAPER ? PAPER_WHOLE : 0
  if (!size || code.length !== size) return false
  const flags = code[8]!
  return !(flags & 0xc0) && (flags & 7) <= POPUP && (flags >> 3 & 3) !== 3
}

/** One link: "OD1c", t0, the count, the reveal after it; a buffer of its own for speed. */
function linker(t0: Uint8Array): (count: number, after: Uint8Array) => Bytes {
  const block = new Uint8Array(26)
  block.set([0x4f, 0x44, 0x31, 0x63])
  block.set(t0, 4)
  return (count, after) => {
    block[8] = count >> 8
    block[9] = count & 255
    block.set(after, 10)
    return sha256(block).slice(0, 16) as Bytes
  }
}

/** [0] is the anchor, [i] the reveal of step i, [240] the seed, which never leaves this device. */
export function chain(seed: Bytes, t0: Uint8Array): Bytes[] {
  const link = linker(t0), out: Bytes[] = Array<Bytes>(STEPS + 1)
  out[STEPS] = seed
  for (let j = STEPS; j > 0; j--) out[j - 1] = link(j, out[j]!)
  return out
}

export function walked(reveal: Uint8Array, t0: Uint8Array, step: number, until = 0): Uint8Array {
  const link = linker(t0)
  let x = reveal
  for (let j = step; j > until; j--) x = link(j, x)
  return x
}

export const textOf = (code: Uint8Array): string => `OD1:${encode(code)}`

/** A scanner's line: line ends fall, small letters rise; null for anything that is no pass code. */
export function read(text: string): Bytes | null {
  const plain = text.replace(/^[\r\n]+|[\r\n]+$/g, '').toUpperCase()
  return plain.startsWith('OD1:') && plain.length <= LONGEST ? decode(plain.slice(4)) : null
}
