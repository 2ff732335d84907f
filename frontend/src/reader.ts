/** Reads codes where the browser cannot: loaded only when somebody scans. */
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'

export function prepare(wasm: string): void {
  prepareZXingModule({ overrides: { locateFile: (path: string, prefix: string) => path.endsWith('.wasm') ? wasm : prefix + path } })
}

export async function read(pixels: ImageData): Promise<string | null> {
  const found = await readBarcodes(pixels, { formats: ['QRCode'], tryHarder: true, maxNumberOfSymbols: 1 })
  return found[0]?.text ?? null
}
