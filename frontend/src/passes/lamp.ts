/** What the guard sees: a lamp with a shape, a word, and what to do. Colour alone is never the message. */
import type { Verdict } from './checking'
import { GREEN, GREY, POPUP, RED, YELLOW } from './od1'
import type { Found, Vehicle } from './vehicle'

export type Tone = 'pass' | 'look' | 'stop' | 'paper' | 'none'
export interface Lamp { tone: Tone; shape: string; word: string; more: string }

const SHAPES: Record<Tone, string> = { pass: '✓', look: '!', stop: '✕', paper: '▤', none: '' }
const lamp = (tone: Tone, word: string, more: string): Lamp => ({ tone, shape: SHAPES[tone], word, more })
const MINUTE = 60_000

/** How far this device's clock is from the city's, in words of trouble: it may be off a little, but not so far that time cannot be judged. */
export function clockFault(offset: number, now: number, newestList: number): 'fine' | 'warn' | 'unfit' {
  if (Math.abs(offset) > 10 * MINUTE || now < newestList - 600) return 'unfit'
  return Math.abs(offset) > MINUTE ? 'warn' : 'fine'
}

function coloured(colour: number, yellowStops: boolean): Lamp {
  if (colour === GREEN) return lamp('pass', 'pass', 'passMore')
  if (colour === POPUP) return lamp('look', 'popup', 'popupMore')
  if (colour === GREY) return lamp('look', 'grey', 'greyMore')
  if (colour === YELLOW) return yellowStops ? lamp('stop', 'yellow', 'yellowMore') : lamp('look', 'yellow', 'yellowMore')
  return lamp('stop', 'red', 'redMore')
}

/** The order is that of the table in the manual: whatever cannot be told is amber, never green; red of a list stays red. */
export function lampOf(found: Verdict, clock: 'fine' | 'warn' | 'unfit', yellowStops: boolean): Lamp {
  const { result, colour = GREY } = found
  if (result === 'format') return lamp('stop', 'format', 'formatMore')
  if (result === 'forged') return lamp('stop', 'forged', 'forgedMore')
  if (result === 'unknown_issuer') return lamp('look', found.ended ? 'ended' : 'unknown', 'unknownMore')
  if (found.colour === RED) return lamp('stop', 'red', 'redMore')
  if (clock === 'unfit') return lamp('look', 'clock', 'clockMore')
  if (result === 'stale') return lamp('look', 'stale', 'staleMore')
  if (result === 'future') return lamp('look', 'future', 'futureMore')
  if (result === 'replayed') return lamp('look', 'replayed', 'replayedMore')
  if (result === 'list_old') return lamp('look', 'listOld', 'listOldMore')
  if (result === 'no_list') return lamp('look', 'noList', 'noListMore')
  if (result === 'paper' && (colour === GREEN || colour === POPUP)) return lamp('paper', 'paper', 'paperMore')
  return coloured(colour, yellowStops)
}

const VEHICLES: Record<Found, [Tone, string]> = {
  ok: ['pass', 'carOk'], compare: ['paper', 'carCompare'], ask: ['look', 'carAsk'], format: ['stop', 'carFormat'], forged: ['stop', 'carFormat'],
  unknown_issuer: ['look', 'carUnknown'], future: ['stop', 'carFuture'], expired: ['stop', 'carExpired'], withdrawn: ['stop', 'carWithdrawn'],
  wrong_route: ['stop', 'carRoute'], wrong_plate: ['stop', 'carPlate'],
}

/** A vehicle's pass: whatever depends on time is amber while this device's clock cannot be trusted. */
export function vehicleLamp(found: Vehicle, clock: 'fine' | 'warn' | 'unfit'): Lamp {
  const [tone, word] = VEHICLES[found.result]
  if (clock === 'unfit' && found.plate) return lamp('look', 'clock', 'clockMore')
  return lamp(tone, word, `${word}More`)
}

const TUNES: Record<Tone, number[]> = { pass: [880], look: [520, 520], stop: [220, 220, 220], paper: [660, 880], none: [] }
let sounds: AudioContext | null = null

/** Heard and felt too: the hall may be loud, and the guard may not see the screen. */
export function tell(tone: Tone): void {
  navigator.vibrate?.(TUNES[tone].flatMap(() => [120, 80]))
  try {
    sounds ??= new AudioContext()
    TUNES[tone].forEach((pitch, n) => {
      const voice = sounds!.createOscillator(), from = sounds!.currentTime + n * 0.2
      voice.frequency.value = pitch
      voice.connect(sounds!.destination)
      voice.start(from)
      voice.stop(from + 0.15)
    })
  } catch { /* a device without sound shows and shakes */ }
}
