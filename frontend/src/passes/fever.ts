/** 复测: whoever was too warm is measured again three minutes later; the second reading goes to the city beside the check. */
import { asked, within } from './base'
import { type Line, LINES, STATE } from './log'
import { type Self, speak } from './station'
import { temperature } from './typed'

const AFTER = 180, GONE = 3600, KEY = 'fevers'
export interface Due { scan: string; at: number; tenths: number; said: string }
interface Taken { scan: string; at: number; temp: string; method: 'typed' }
interface Kept { due: Due[]; taken: Taken[] }
type Word = (name: string, values?: Record<string, string | number>) => string

const inside = async (tx: IDBTransaction): Promise<Kept> => await asked<Kept | undefined>(tx.objectStore(STATE).get(KEY)) ?? { due: [], taken: [] }
const kept = (db: IDBDatabase): Promise<Kept> => within(db, [STATE], 'readonly', inside)

/** One transaction over what this gate remembers: two tabs see the same. */
function changed(db: IDBDatabase, change: (was: Kept) => Kept): Promise<void> {
  return within(db, [STATE], 'readwrite', async (tx) => { tx.objectStore(STATE).put(change(await inside(tx)), KEY) })
}

const without = (due: Due[], scan: string): Due[] => due.filter((one) => one.scan !== scan)

/** The check is measured again later; a corrected first reading that is not high ends it. */
export const remember = (db: IDBDatabase, due: Due, high: boolean): Promise<void> =>
  changed(db, (was) => ({ ...was, due: [...without(was.due, due.scan).filter(({ at }) => due.at - at < GONE), ...high ? [due] : []] }))

export const forget = (db: IDBDatabase, scan: string): Promise<void> => changed(db, (was) => ({ ...was, due: without(was.due, scan) }))

/** Sends what was measured the second time, each once its check has arrived: the city compares the two. */
export async function send(db: IDBDatabase, self: Self, offset: number): Promise<void> {
  const { taken } = await kept(db)
  if (!taken.length) return
  const here = new Set((await within(db, [LINES], 'readonly', (tx) => asked<Line[]>(tx.objectStore(LINES).getAll()))).map((line) => line.id))
  for (const one of taken.filter(({ scan }) => !here.has(scan))) {
    const answer = await speak(self, offset, 'POST', `/api/gates/${self.id}/reading`, JSON.stringify(one)).catch(() => null)
    if (!answer || answer.status === 429 || answer.status >= 500) return
    await changed(db, (was) => ({ ...was, taken: was.taken.filter(({ scan, at }) => scan !== one.scan || at !== one.at) }))
  }
}

/** The list of those who wait, with the time left; `told` says what the second reading means. */
export class Waiting {
  private shown = ''

  constructor(private db: IDBDatabase, private box: HTMLElement, private word: Word, private now: () => number,
    private told: (word: string) => void) {}

  async draw(): Promise<void> {
    const now = this.now(), due = (await kept(this.db)).due.filter(({ at }) => now - at < GONE)
    this.box.hidden = !due.length
    const list = this.box.querySelector('ul')!, names = due.map(({ scan, tenths }) => `${scan} ${tenths}`).join()
    if (names !== this.shown) list.replaceChildren(...due.map((one) => this.row(one)))
    this.shown = names
    due.forEach((one, at) => {
      const left = AFTER - (now - one.at), row = list.children[at]!
      row.querySelector('span')!.textContent = this.word(left > 0 ? 'againLeft' : 'againNow', { minutes: Math.floor(left / 60), seconds: String(left % 60).padStart(2, '0') })
      for (const part of row.querySelectorAll<HTMLInputElement | HTMLButtonElement>('.timed')) part.disabled = left > 0
    })
  }

  private row(one: Due): HTMLElement {
    const row = document.createElement('li'), form = document.createElement('form'), field = document.createElement('input')
    const who = this.word('againWho', { said: one.said, n: (one.tenths / 10).toFixed(1) }), left = document.createElement('span')
    const [save, drop] = ['againSave', 'againDrop'].map((name) => {
      const button = document.createElement('button')
      button.className = 'btn plain'
      button.textContent = this.word(name)
      button.ariaLabel = `${this.word(name)} ${who}`
      return button
    }) as [HTMLButtonElement, HTMLButtonElement]
    field.className = 'input timed'
    field.inputMode = 'decimal'
    field.autocomplete = 'off'
    field.ariaLabel = this.word('againTemp', { said: one.said })
    save.classList.add('timed')
    drop.type = 'button'
    drop.addEventListener('click', () => void forget(this.db, one.scan).then(() => this.draw()))
    form.addEventListener('submit', (event) => {
      event.preventDefault()
      void this.take(one, field)
    })
    form.append(field, save, drop)
    row.append(who, ' ', left, form)
    return row
  }

  private async take(one: Due, field: HTMLInputElement): Promise<void> {
    const { tenths, word } = temperature(field.value)
    if (tenths === null) return this.told(word)
    const reading: Taken = { scan: one.scan, at: this.now(), temp: (tenths / 10).toFixed(1), method: 'typed' }
    await changed(this.db, (was) => ({ due: without(was.due, one.scan), taken: [...was.taken, reading] }))
    this.told(word === 'tempHigh' ? 'againHigh' : 'againFine')
    await this.draw()
  }
}
