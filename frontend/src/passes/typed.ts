/** What a guard types: temperatures as people write them, identity numbers of those who have no phone. */
import { pidKeyName } from './checking'
import { clockFault, type Lamp, lampOf } from './lamp'
import { unb64 } from './lists'
import { remember } from './looks'
import { listed, markOf } from './numbers'
import { GREY } from './od1'
import { type Bundle, marks, type Self, speak } from './station'

export interface Reading { tenths: number | null; word: string }

/** 36.6, 36,6, ３６６ and 36.6℃ are 366. Too low is measured again, Fahrenheit and the impossible are refused; nothing is an answer too. */
export function temperature(text: string): Reading {
  const plain = text.normalize('NFKC').replace(/[\s°℃cC度]/g, '').replace(',', '.')
  if (!plain) return { tenths: null, word: 'tempNone' }
  if (!/^\d{2,3}(\.\d)?\d?$/.test(plain)) return { tenths: null, word: 'tempUnread' }
  const value = Number(plain), tenths = Math.round(value >= 300 ? value : value * 10)
  if (tenths >= 900 && tenths <= 1100) return { tenths: null, word: 'tempFahrenheit' }
  if (tenths < 300 || tenths > 430) return { tenths: null, word: 'tempUnread' }
  if (tenths < 340) return { tenths: null, word: 'tempLow' }
  return { tenths, word: tenths >= 373 ? 'tempHigh' : 'tempFine' }
}

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]

/** GB 11643: eighteen characters, the last of which checks the others. */
export function fits(number: string): boolean {
  if (!/^\d{17}[\dX]$/.test(number)) return false
  return '10X98765432'[WEIGHTS.reduce((sum, weight, at) => sum + weight * Number(number[at]), 0) % 11] === number[17]
}

const look = (word: string, more = 'idMore'): Lamp => ({ tone: 'look', shape: '!', word, more })

/** Asks the city for the colour behind an identity number; without a network, by the marks in hand where a scheme allows it. */
export async function lookedUp(db: IDBDatabase, self: Self, bundle: Bundle, given: string): Promise<Lamp> {
  const number = given.toUpperCase()
  if (number.length === 15) return look('idOld')
  if (!fits(number)) return look('idWrong')
  const answer = await speak(self, bundle.offset, 'POST', `/api/gates/${self.id}/lookup`, JSON.stringify({ id_number: number })).catch(() => null)
  if (!answer || answer.status >= 500) return offline(db, self, bundle, number)
  if (answer.status === 404) return look('idNobody')
  if (answer.status === 429) return look('idOften')
  if (answer.status === 410) return look('revoked')
  if (answer.status === 422) return (await answer.json()).server_time ? look('clock', 'clockMore') : look('idWrong')
  if (!answer.ok) return look('idOffline')
  const found = await answer.json() as { colour: number; name: string; id_number: string }
  const lamp = lampOf({ result: 'ok', colour: found.colour ?? GREY }, 'fine', bundle.yellow === 'stop')
  return { ...lamp, more: `${found.name} ${found.id_number}` }
}

/** Never green, never red: a number is asked about, or nothing is known of it. The guard looks at the card either way. */
async function offline(db: IDBDatabase, self: Self, bundle: Bundle, number: string): Promise<Lamp> {
  const now = Math.floor((Date.now() + bundle.offset) / 1000), all = Object.entries(await marks(db))
  if (!all.length || !bundle.enc) return look('idOffline')
  if (clockFault(bundle.offset, now, Math.max(...all.map(([, one]) => one.at))) === 'unfit') return look('clock', 'clockMore')
  const found = await Promise.all(all.map(async ([scheme, one]) => {
    const key = bundle.pid_keys[pidKeyName(scheme, false, one.day)]
    return key && now - one.at <= bundle.list_age ? listed(one.body, await markOf(unb64(key), scheme, number, one.bits)) : null
  }))
  if (found.every((one) => one === null)) return look('idListOld')
  if (!await remember(db, self, unb64(bundle.enc), number, now)) return look('idOffline')
  if (found.includes(true)) return look('idAsk', 'idAskMore')
  return found.includes(null) ? look('idListOld') : { tone: 'paper', shape: '▤', word: 'idNothing', more: 'idNothingMore' }
}
