/** OV1, the code of a vehicle, as `onedoor/passes/vehicles.py` has it: the same tests in the same order. */
import { decode } from './base45'
import type { Issuer } from './checking'
import { type Bytes, DAY, GREEN, hex, join, POPUP } from './od1'

export type Found = 'ok' | 'compare' | 'ask' | 'format' | 'unknown_issuer' | 'forged' | 'future' | 'expired' | 'withdrawn' | 'wrong_route' | 'wrong_plate'
export interface Vehicle { result: Found; plate: string; ends: number; begins: number; scheme: string }

const PROFILE = 0x21, SIGNATURE = 64, LONGEST = 400, HEAD = 25, USES = 3, MOST = 8, DOMAIN = Uint8Array.of(0x4f, 0x56, 0x31, 0)
const PLATE = /^[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z](?:[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳]|[A-HJ-NP-Z][A-HJ-NP-Z0-9][0-9]{4}|[0-9]{5}[A-HJ-NP-Z])$/
interface Said { kid: string; signed: number; begins: number; ends: number; serial: string; plate: string; route: string[] }

/** A number plate as one spelling, however it was typed; null for what is none. */
export function plateOf(given: string): string | null {
  const plain = given.normalize('NFKC').replace(/[\s·・.-]/g, '').toUpperCase()
  return PLATE.test(plain) ? plain : null
}

/** A scanner's line; null for anything that is no vehicle's code. */
export function read(text: string): Bytes | null {
  const plain = text.replace(/^[\r\n]+|[\r\n]+$/g, '').toUpperCase()
  return plain.startsWith('OV1:') && plain.length <= LONGEST ? decode(plain.slice(4)) : null
}

export function parsed(code: Bytes): Said | null {
  const body = code.subarray(0, Math.max(0, code.length - SIGNATURE))
  if (body.length < HEAD + 3 || body[0] !== PROFILE || body[24]! >= USES) return null
  const words = new TextDecoder('utf-8', { fatal: true }), view = new DataView(body.buffer, body.byteOffset), parts: string[] = []
  let at = HEAD
  const part = (): boolean => {
    const size = body[at]
    if (size === undefined || at + 1 + size > body.length) return false
    try { parts.push(words.decode(body.subarray(at + 1, at + 1 + size))) } catch { return false }
    at += 1 + size
    return true
  }
  if (!part()) return null
  const many = body[at++]
  if (many === undefined || many < 1 || many > MOST) return null
  for (let n = 0; n < many; n++) if (!part()) return null
  const [plate, ...route] = parts
  if (at !== body.length || !PLATE.test(plate!) || !route.every((one) => /^[0-9]{2,12}$/.test(one))) return null
  const [signed, begins, ends] = [4, 8, 12].map((from) => view.getUint32(from)) as [number, number, number]
  return { kid: hex(body.subarray(1, 4)), signed, begins, ends, serial: hex(body.subarray(16, 24)), plate: plate!, route }
}

/** A division's code without the levels that are all zeros. */
function bare(code: string): string {
  for (const [end, outer] of [[12, 9], [9, 6], [6, 4], [4, 2]] as const) {
    if (code.length === end && /^0+$/.test(code.slice(outer))) code = code.slice(0, outer)
  }
  return code
}

async function signer(code: Bytes, standing: Issuer[]): Promise<Issuer | null> {
  const end = code.length - SIGNATURE
  for (const one of standing) {
    if (await crypto.subtle.verify('Ed25519', one.key, code.subarray(end), join(DOMAIN, code.subarray(0, end)))) return one
  }
  return null
}

/** The verdict of a gate in division `here`; `plate` is the one in front of it, null while nobody has compared. */
export async function check(
  code: Bytes, issuers: Map<string, Issuer[]>, here: string, now: number, plate: string | null, withdrawn: string[],
): Promise<Vehicle> {
  const none = { plate: '', ends: 0, begins: 0, scheme: '' }, said = parsed(code)
  if (!said) return { ...none, result: 'format' }
  const standing = (issuers.get(said.kid) ?? []).filter((one) => one.notBefore <= said.signed + DAY
    && (one.notAfter === null || said.signed <= one.notAfter) && (one.endsAt === null || now < one.endsAt))
  if (!standing.length) return { ...none, result: 'unknown_issuer' }
  const issuer = await signer(code, standing)
  if (!issuer) return { ...none, result: 'forged' }
  return { result: resultOf(said, issuer, here, now, plate, withdrawn), plate: said.plate, ends: said.ends, begins: said.begins, scheme: issuer.scheme }
}

function resultOf(said: Said, issuer: Issuer, here: string, now: number, plate: string | null, withdrawn: string[]): Found {
  if (now < said.begins) return 'future'
  if (now >= said.ends) return 'expired'
  if (withdrawn.includes(said.serial)) return 'withdrawn'
  if (!said.route.some((one) => bare(here).startsWith(bare(one)))) return 'wrong_route'
  if (plate !== null && plateOf(plate) !== said.plate) return 'wrong_plate'
  const level = issuer.levels === null ? GREEN : issuer.levels[GREEN]
  if (level !== GREEN && level !== POPUP) return 'ask'
  return plate === null ? 'compare' : 'ok'
}
