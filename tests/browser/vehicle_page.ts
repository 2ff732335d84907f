/** What test_vehicles.py asks of the page: the gate's own module, fed with codes of vehicles. */
import { type Issuer, verifyKey } from '../../frontend/src/passes/checking'
import { hex, unhex } from '../../frontend/src/passes/od1'
import { check, plateOf, read } from '../../frontend/src/passes/vehicle'

interface Given {
  issuers: [kid: string, key: string, scheme: string, endsAt: number | null, levels: Record<number, number> | null][]
  withdrawn: string[]; rows: [code: string, here: string, now: number, plate: string | null][]
}

async function judge({ issuers, withdrawn, rows }: Given): Promise<unknown[]> {
  const known = new Map<string, Issuer[]>()
  for (const [kid, key, scheme, endsAt, levels] of issuers) {
    const one = { key: await verifyKey(unhex(key)), scheme, notBefore: 0, notAfter: null, endsAt, listed: false, levels }
    known.set(kid, [...known.get(kid) ?? [], one])
  }
  const found: unknown[] = []
  for (const [code, here, now, plate] of rows) {
    const one = await check(unhex(code), known, here, now, plate, withdrawn)
    found.push([one.result, one.plate, one.begins, one.ends, one.scheme])
  }
  return found
}

const texts = (given: string[]): (string | null)[] => given.map((text) => { const raw = read(text); return raw && hex(raw) })
const plates = (given: string[]): (string | null)[] => given.map(plateOf)

Object.assign(window, { judge, texts, plates })
