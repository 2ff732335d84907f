/** The verdict on a code: the same tests in the same order as the server's, so that two verifiers never disagree. */
import { BODY, type Bytes, DAY, GREY, hex, join, MINOR, PAPER, PAPER_BODY, PAPER_DAYS, periodOf, same, STEPS, stepSeconds, t0Of, TICKET, walked, whole, worst } from './od1'

export type Result = 'ok' | 'paper' | 'format' | 'unknown_issuer' | 'forged' | 'stale' | 'future' | 'no_list' | 'list_old' | 'replayed'
export interface Issuer { key: CryptoKey; scheme: string; notBefore: number; notAfter: number | null; endsAt: number | null; listed: boolean; levels: Record<number, number> | null }
export interface List { shard: number; seq: number; issued: number; body: Uint8Array }
export interface Pid { shard: number; row: number; seq: number }

/** What a verifier holds. `pidKeys` by `scheme.day.N` or `scheme.paper.N`, `minPaper` by `shard.row`. */
export interface Known {
  issuers: Map<string, Issuer[]>; pidKeys: Map<string, CryptoKey>; lists: Map<number, List>; minPaper: Map<string, number>; listAge: number
}

export interface Verdict {
  result: Result; colour?: number; pid?: Pid; scheme?: string; minor?: boolean; step?: number; issued?: number; ended?: boolean; ask?: boolean
}

const FROM_LIST = [0, 2, 1, 3], DOMAIN = Uint8Array.of(0x4f, 0x44, 0x31, 0), MOST = 4096

export const pidKeyName = (scheme: string, paper: boolean, period: number): string => `${scheme}.${paper ? 'paper' : 'day'}.${period}`
export const verifyKey = (raw: Bytes): Promise<CryptoKey> => crypto.subtle.importKey('raw', raw, 'Ed25519', true, ['verify'])
export const pidKey = (raw: Bytes): Promise<CryptoKey> => crypto.subtle.importKey('raw', raw, 'AES-CBC', false, ['encrypt', 'decrypt'])

/** One block of AES out of CBC: a second block is made that reads as padding after the first. */
async function opened(key: CryptoKey, block: Bytes): Promise<Pid> {
  const padding = await crypto.subtle.encrypt({ name: 'AES-CBC', iv: block }, key, new Uint8Array(0))
  const both = join(block, new Uint8Array(padding))
  const plain = new DataView(await crypto.subtle.decrypt({ name: 'AES-CBC', iv: new Uint8Array(16) }, key, both))
  const three = (at: number): number => plain.getUint8(at) << 16 | plain.getUint16(at + 1)
  return { shard: plain.getUint16(0), row: three(2), seq: three(5) }
}

export const colourIn = (list: List, row: number): number => FROM_LIST[list.body[row >> 2]! >> (row & 3) * 2 & 3]!

function stands(one: Issuer, t0: number, now: number): boolean {
  return one.notBefore <= t0 + DAY && (one.notAfter === null || t0 <= one.notAfter) && (one.endsAt === null || now < one.endsAt)
}

/** A foreign issuer's colour as ours: kept or worse; for one without a map somebody has to look. */
function hereIs(issuer: Issuer, colour: number): { colour: number; ask: boolean } {
  if (!issuer.levels) return { colour, ask: false }
  const to = issuer.levels[colour]
  return to === undefined ? { colour: worst(colour, GREY), ask: true } : { colour: worst(colour, to), ask: false }
}

export class Checker {
  private readonly tickets = new Map<string, { issuer: Issuer; step: number; reveal: Uint8Array }>()
  private readonly seen = new Set<string>()

  constructor(public known: Known, private readonly remember = false) {}

  /** `now` in whole seconds. */
  async check(code: Bytes, now: number): Promise<Verdict> {
    if (!whole(code)) return { result: 'format' }
    const paper = code[0] === PAPER, t0 = t0Of(code)
    const all = this.known.issuers.get(hex(code.subarray(1, 4))) ?? []
    const standing = all.filter((one) => stands(one, t0, now))
    if (!standing.length) {
      const over = all.find((one) => one.endsAt !== null)
      return { result: 'unknown_issuer', scheme: over?.scheme ?? '', ended: over !== undefined }
    }
    const issuer = await this.signer(code, paper, standing)
    if (!issuer) return { result: 'forged' }
    const fault = paper ? paperTime(t0, now) : this.step(code, t0, now, issuer)
    return fault ? { result: fault, scheme: issuer.scheme } : this.coloured(code, paper, t0, now, issuer)
  }

  private async signer(code: Bytes, paper: boolean, standing: Issuer[]): Promise<Issuer | null> {
    const old = paper ? undefined : this.tickets.get(hex(code.subarray(0, TICKET)))
    if (old && standing.includes(old.issuer)) return old.issuer
    const end = paper ? PAPER_BODY : BODY
    for (const one of standing) {
      if (await crypto.subtle.verify('Ed25519', one.key, code.subarray(end, end + 64), join(DOMAIN, code.subarray(0, end)))) return one
    }
    return null
  }

  private step(code: Bytes, t0: number, now: number, issuer: Issuer): Result | null {
    const step = code[TICKET]!
    if (step < 1 || step > STEPS) return 'format'
    const current = Math.floor((now - t0) / stepSeconds(code[8]!)) + 1
    if (step < current - 1) return 'stale'
    if (step > current + 1) return 'future'
    return this.chained(code, step, issuer) ? null : 'forged'
  }

  /** A later step of a ticket that was verified costs only the difference. */
  private chained(code: Bytes, step: number, issuer: Issuer): boolean {
    const ticket = hex(code.subarray(0, TICKET)), reveal = code.slice(TICKET + 1), old = this.tickets.get(ticket)
    const [known, target] = old && old.step <= step ? [old.step, old.reveal] : [0, code.subarray(25, BODY)]
    if (!same(walked(reveal, code.subarray(4, 8), step, known), target)) return false
    if (!old || step > old.step) this.tickets.set(ticket, { issuer, step, reveal })
    if (this.tickets.size > MOST) this.tickets.delete(this.tickets.keys().next().value!)
    return true
  }

  private async coloured(code: Bytes, paper: boolean, t0: number, now: number, issuer: Issuer): Promise<Verdict> {
    const found: Verdict = { result: paper ? 'paper' : 'ok', ...hereIs(issuer, code[8]! & 7), scheme: issuer.scheme, minor: (code[8]! & MINOR) > 0, step: paper ? 0 : code[TICKET]! }
    const key = this.known.pidKeys.get(pidKeyName(issuer.scheme, paper, periodOf(paper, t0)))
    let fault: Result | null = !key && issuer.listed ? 'no_list' : null
    if (key) {
      const pid = found.pid = await opened(key, code.slice(9, 25)), list = this.known.lists.get(pid.shard)
      if (!list || pid.row >= list.body.length * 4) fault = issuer.listed ? 'no_list' : null
      else {
        found.colour = worst(found.colour!, colourIn(list, pid.row))
        found.issued = list.issued
        if (now - list.issued > this.known.listAge) fault = 'list_old'
        if (paper && pid.seq < (this.known.minPaper.get(`${pid.shard}.${pid.row}`) ?? 0)) fault = 'stale'
      }
    }
    if (!fault && this.remember && this.again(code, paper, now)) fault = 'replayed'
    return fault ? { ...found, result: fault } : found
  }

  private again(code: Bytes, paper: boolean, now: number): boolean {
    const mark = hex(code.subarray(0, BODY)) + (paper ? `p${Math.floor(now / 3600)}` : code[TICKET])
    if (this.seen.has(mark)) return true
    this.seen.add(mark)
    return false
  }
}

function paperTime(t0: number, now: number): Result | null {
  if (now >= t0 - DAY && now <= t0 + PAPER_DAYS * DAY) return null
  return now < t0 ? 'future' : 'stale'
}
