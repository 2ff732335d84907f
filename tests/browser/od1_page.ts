/** What test_od1.py asks of the page: the pages' own modules, fed with codes. */
import { Checker, type Issuer, type Known, pidKey, type Verdict, verifyKey } from '../../frontend/src/passes/checking'
import { clockFault, lampOf } from '../../frontend/src/passes/lamp'
import { applied, Malformed, read as readList } from '../../frontend/src/passes/lists'
import { seal } from '../../frontend/src/passes/looks'
import { listed, markOf } from '../../frontend/src/passes/numbers'
import { hash, hex, read, unhex } from '../../frontend/src/passes/od1'
import { temperature } from '../../frontend/src/passes/typed'

interface Given {
  issuers: [kid: string, key: string, scheme: string, endsAt: number | null, listed: boolean, levels: Record<number, number> | null][]
  pidKeys: [name: string, key: string][]; lists: [shard: number, issued: number, body: string][]; codes: [code: string, now: number][]; remember: boolean
}

async function judge(given: Given): Promise<unknown[]> {
  const known: Known = { issuers: new Map<string, Issuer[]>(), pidKeys: new Map(), lists: new Map(), minPaper: new Map([['7.5', 9]]), listAge: 86400 }
  for (const [kid, key, scheme, endsAt, listed, levels] of given.issuers) {
    const one = { key: await verifyKey(unhex(key)), scheme, notBefore: 0, notAfter: null, endsAt, listed, levels }
    known.issuers.set(kid, [...known.issuers.get(kid) ?? [], one])
  }
  for (const [name, key] of given.pidKeys) known.pidKeys.set(name, await pidKey(unhex(key)))
  for (const [shard, issued, body] of given.lists) known.lists.set(shard, { shard, seq: 1, issued, body: unhex(body) })
  const checker = new Checker(known, given.remember), found: unknown[] = []
  for (const [code, now] of given.codes) {
    const { result, colour = null, pid, scheme = '', minor = false } = await checker.check(unhex(code), now)
    found.push([result, colour, pid ? [pid.shard, pid.row, pid.seq] : null, scheme, minor])
  }
  return found
}

const texts = (given: string[]): (string | null)[] => given.map((text) => { const raw = read(text); return raw && hex(raw) })

async function refused(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'believed'
  } catch (bad) {
    return bad instanceof Malformed ? bad.message : 'crash'
  }
}

async function lists({ key, text, delta, flipped, now }: { key: string; text: string; delta: string; flipped: string[]; now: number }): Promise<unknown[]> {
  const keys = new Map([['k', await verifyKey(unhex(key))]]), raw = unhex(delta), bent = raw.slice()
  bent[200]! ^= 1
  const list = await readList(text, keys, now), next = await applied(raw, keys, list)
  const bads = [
    applied(raw, keys, { ...list, seq: 2 }), applied(raw.slice(0, 90), keys, list), applied(bent, keys, list),
    readList(text, new Map(), now), readList(text, keys, now, 2), ...flipped.map((bad) => readList(bad, keys, now)),
  ]
  return [list.seq, hex(hash(list.body)), hex(hash(next.body)), await Promise.all(bads.map(refused))]
}

const lamps = (rows: [Verdict, number, number, number][]): string[] =>
  rows.map(([verdict, offset, now, list]) => lampOf(verdict, clockFault(offset, now, list), true).tone)

const temperatures = (given: string[]): [number | null, string][] => given.map((text) => { const { tenths, word } = temperature(text); return [tenths, word] })

const marks = (given: { key: string; scheme: string; number: string; bits: number }[]): Promise<number[]> =>
  Promise.all(given.map((one) => markOf(unhex(one.key), one.scheme, one.number, one.bits)))

const held = (body: string, wanted: number[]): (boolean | null)[] => wanted.map((one) => listed(unhex(body), one))

const sealed = async ({ to, info, plain }: { to: string; info: string; plain: string }): Promise<string> => hex(await seal(unhex(to), info, plain))

Object.assign(window, { judge, texts, lists, lamps, temperatures, marks, held, sealed })
