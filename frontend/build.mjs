// Builds the scripts of the pages into onedoor/web/static/, which is served under addresses that carry each file's hash.
import { copyFile, mkdir, readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const out = new URL('../onedoor/web/static/', import.meta.url).pathname
const shared = { bundle: true, minify: true, target: 'es2020', legalComments: 'none', charset: 'utf8', outdir: out, logLevel: 'warning' }

await mkdir(out, { recursive: true })
await build({ ...shared, entryPoints: ['src/app.ts', 'src/verify.ts', 'src/wallet.ts', 'src/sw.ts', 'src/code.ts', 'src/gate.ts'], format: 'iife' })
await build({ ...shared, entryPoints: ['src/reader.ts', 'src/offcheck.ts'], format: 'esm' })
await copyFile(new URL('node_modules/zxing-wasm/dist/reader/zxing_reader.wasm', import.meta.url), `${out}zxing_reader.wasm`)

const weigh = async (name) => {
  const size = gzipSync(await readFile(out + name), { level: 9 }).length
  console.log(`${name.padEnd(10)} ${String(size).padStart(6)} bytes gzipped`)
  return size
}
const app = await weigh('app.js')
const sum = app + await weigh('wallet.js') + await weigh('sw.js') + await weigh('verify.js')
if (sum > 20_000) throw new Error(`scripts weigh ${sum} bytes gzipped, more than 20 KB`)
await weigh('offcheck.js') // beside the others, and only on /verify
for (const name of ['code.js', 'gate.js']) // each is on a page with app.js
  if (app + await weigh(name) > 20_000) throw new Error(`${name} and app.js weigh more than 20 KB gzipped`)
