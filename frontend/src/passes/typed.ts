/** What a guard types: temperatures as people write them, identity numbers of those who have no phone. */
import { GREY } from './od1'
import { type Lamp, lampOf } from './lamp'
import { type Self, speak } from './station'

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

/** Asks the city for the colour behind an identity number; without a network the guard looks at the card. */
export async function lookedUp(self: Self, offset: number, given: string, yellowStops: boolean): Promise<Lamp> {
  const number = given.toUpperCase(), look = (word: string): Lamp => ({ tone: 'look', shape: '!', word, more: 'idMore' })
  if (number.length === 15) return look('idOld')
  if (!fits(number)) return look('idWrong')
  const answer = await speak(self, offset, 'POST', `/api/gates/${self.id}/lookup`, JSON.stringify({ id_number: number })).catch(() => null)
  if (!answer) return look('idOffline')
  if (answer.status === 404) return look('idNobody')
  if (!answer.ok) return look('idOffline')
  const found = await answer.json() as { colour: number; name: string; id_number: string }
  const lamp = lampOf({ result: 'ok', colour: found.colour ?? GREY }, 'fine', yellowStops)
  return { ...lamp, more: `${found.name} ${found.id_number}` }
}
