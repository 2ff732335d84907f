/** The gate's own log: each line names the one before it, stands on the disk before any lamp is lit, and leaves only once the city has it. */
import { asked, open, within } from './base'
import { BODY, type Bytes, hash, hex, join, number4, PAPER, TICKET, unhex } from './od1'

export const STATE = 'state', LINES = 'lines', SEEN = 'seen'
const SETTLES = 30_000, BATCH = 500, UNDO = 10_000, FIRST = '0'.repeat(64), utf8 = new TextEncoder()

export interface Line {
  seq: number; id: string; code: string; at: number; method: 'code' | 'paper' | 'id'; result: string; colour: number | null
  direction: 'in' | 'out'; temp: number | null; companions: number; undone: boolean; prev: string
}

export type New = Omit<Line, 'seq' | 'id' | 'prev' | 'undone'>
interface Head { seq: number; link: string; acked: number; last: number }

export const database = (): Promise<IDBDatabase> => open('onedoor-gate', [STATE, LINES, SEEN])

/** The same code at the same step (paper: in the same hour) at the same gate is the same scan. */
export function scanId(gate: Bytes, code: Bytes, at: number): string {
  const turn = code[0] === PAPER ? number4(Math.floor(at / 3600)) : code.subarray(TICKET, TICKET + 1)
  return hex(hash(join(gate, code.subarray(0, BODY), turn)).subarray(0, 16))
}

const details = (line: Line): string => `${line.method}.${line.direction}.${line.temp ?? ''}.${line.companions}.${line.undone ? 1 : 0}`

/** What the next line must name. */
export function linkOf(line: Line): string {
  const said = `${line.seq}.${line.id}.${line.at}.${line.result}.${details(line)}`
  return hex(hash(join(utf8.encode('OD1g'), unhex(line.prev), utf8.encode(said))))
}

const start: Head = { seq: 0, link: FIRST, acked: 0, last: 0 }
const headOf = async (tx: IDBTransaction): Promise<Head> => await asked<Head | undefined>(tx.objectStore(STATE).get('head')) ?? start

/** Writes a line, or says which earlier scan this is again: two tabs ask the same store. */
export function append(db: IDBDatabase, id: string, line: New): Promise<Line | 'again'> {
  return within(db, [STATE, LINES, SEEN], 'readwrite', async (tx) => {
    if (await asked(tx.objectStore(SEEN).get(id)) !== undefined) return 'again'
    const head = await headOf(tx)
    const written: Line = { ...line, seq: head.seq + 1, id, undone: false, prev: head.link }
    tx.objectStore(LINES).put(written, written.seq)
    tx.objectStore(SEEN).put(line.at, id)
    tx.objectStore(STATE).put({ ...head, seq: written.seq, link: linkOf(written), last: Date.now() }, 'head')
    return written
  })
}

/** Changes the newest line while it has not been sent: a temperature, companions, or that it was a mistake. */
export function amend(db: IDBDatabase, seq: number, change: Partial<Pick<Line, 'temp' | 'companions' | 'direction' | 'undone'>>): Promise<Line | null> {
  return within(db, [STATE, LINES, SEEN], 'readwrite', async (tx) => {
    const head = await headOf(tx), old = await asked<Line | undefined>(tx.objectStore(LINES).get(seq))
    const limit = change.undone ? UNDO : SETTLES
    if (!old || head.seq !== seq || Math.abs(Date.now() - head.last) > limit) return null
    const line = { ...old, ...change }
    tx.objectStore(LINES).put(line, seq)
    if (change.undone) tx.objectStore(SEEN).delete(line.id)
    tx.objectStore(STATE).put({ ...head, link: linkOf(line) }, 'head')
    return line
  })
}

/** Lines that will not change any more, oldest first; the newest waits until nobody can take it back. */
export function ready(db: IDBDatabase): Promise<Line[]> {
  return within(db, [STATE, LINES], 'readonly', async (tx) => {
    const head = await headOf(tx)
    const lines = await asked<Line[]>(tx.objectStore(LINES).getAll(IDBKeyRange.lowerBound(head.acked, true), BATCH))
    return Math.abs(Date.now() - head.last) > SETTLES ? lines : lines.filter((line) => line.seq < head.seq)
  })
}

export const waiting = (db: IDBDatabase): Promise<number> => within(db, [LINES], 'readonly', (tx) => asked(tx.objectStore(LINES).count()))

/** The city has everything up to here. */
export function acknowledge(db: IDBDatabase, seq: number): Promise<void> {
  return within(db, [STATE, LINES, SEEN], 'readwrite', async (tx) => {
    const head = await headOf(tx)
    if (seq <= head.acked || seq > head.seq) return
    tx.objectStore(LINES).delete(IDBKeyRange.upperBound(seq))
    tx.objectStore(STATE).put({ ...head, acked: seq }, 'head')
    await forgetOld(tx, Math.floor(Date.now() / 1000) - 2 * 86400)
  })
}

/** Scans of the day before yesterday cannot come again: their tickets are stale. */
function forgetOld(tx: IDBTransaction, before: number): Promise<void> {
  return new Promise((resolve) => {
    const walk = tx.objectStore(SEEN).openCursor()
    walk.onsuccess = () => {
      const at = walk.result
      if (!at) return resolve()
      if ((at.value as number) < before) at.delete()
      at.continue()
    }
  })
}
