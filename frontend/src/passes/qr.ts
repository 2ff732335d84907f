/** A code on the screen: black on white, always the same version, at least four device pixels a module. */
import { encode } from 'uqr'

const VERSION = 8, QUIET = 4, LEAST = 4

/** Draws `text` as large as `width` CSS pixels allow; returns the device pixels of one module. */
export function draw(canvas: HTMLCanvasElement, text: string, width: number): number {
  const { data, size } = encode(text, { ecc: 'M', boostEcc: false, minVersion: VERSION, maxVersion: VERSION, border: 0 })
  const dense = window.devicePixelRatio || 1, all = size + 2 * QUIET
  const module = Math.max(LEAST, Math.floor(width * dense / all))
  canvas.width = canvas.height = all * module
  canvas.style.width = canvas.style.height = `${all * module / dense}px`
  const paper = canvas.getContext('2d')!
  paper.fillStyle = '#fff'
  paper.fillRect(0, 0, canvas.width, canvas.height)
  paper.fillStyle = '#000'
  data.forEach((row, y) => row.forEach((dark, x) => { if (dark) paper.fillRect((x + QUIET) * module, (y + QUIET) * module, module, module) }))
  return module
}
