/** base45 (RFC 9285) with one spelling only, as the server reads it. */
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'
const VALUE = new Map([...ALPHABET].map((char, value) => [char, value]))

export function encode(raw: Uint8Array): string {
  let out = ''
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const n = raw[at]! * 256 + raw[at + 1]!
    out += ALPHABET[n % 45]! + ALPHABET[Math.floor(n / 45) % 45]! + ALPHABET[Math.floor(n / 2025)]!
  }
  const last = raw.length % 2 ? raw[raw.length - 1]! : -1
  return last < 0 ? out : out + ALPHABET[last % 45]! + ALPHABET[Math.floor(last / 45)]!
}

/** null for anything that encode would not have written. */
export function decode(text: string): Uint8Array<ArrayBuffer> | null {
  if (text.length % 3 === 1) return null
  const out = new Uint8Array(Math.floor(text.length / 3) * 2 + (text.length % 3 ? 1 : 0))
  for (let at = 0, to = 0; at < text.length; at += 3) {
    const size = Math.min(3, text.length - at)
    let value = 0
    for (let n = size - 1; n >= 0; n--) {
      const digit = VALUE.get(text[at + n]!)
      if (digit === undefined) return null
      value = value * 45 + digit
    }
    if (value >= (size === 3 ? 65536 : 256)) return null
    if (size === 3) out[to++] = value >> 8
    out[to++] = value & 255
  }
  return out
}
