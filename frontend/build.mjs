// Builds the scripts of the pages into onedoor/web/static/, which is served under addresses that carry each file's hash.
import { copyFile, mkdir, readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const out = new URL('../onedoor/web/static/', import.meta.url).pathname
const shared = { bundle: true, minify: true, target: 'es2020', legalComments: 'none', charset: 'utf8', outdir: out, logLevel: 'warning' }

await mkdir(out, { recursive: true })
await build({ ...shared, entryPoints: ['src/app.ts', 'src/verify.ts', 'src/wallet.ts', 'src/sw.ts', 'src/code.ts', 'src/gate.ts'], format: 'iife' })
await build({ ...shared, entryPoints: ['src/reader.ts'], format: 'esm' })
await copyFile(new URL('node_modules/zxing-wasm/dist/reader/zxing_reader.wasm', import.meta.url), `${out}zxing_reader.wasm`)

let sum = 0
for (const name of ['app.js', 'wallet.js', 'sw.js', 'verify.js']) {
  const size = gzipSync(await readFile(out + name), { level: 9 }).length
  sum += size
  console.log(`${name.padEnd(10)} ${String(size).padStart(6)} bytes gzipped`)
}
if (sum > 20_000) throw new Error(`scripts weigh ${sum} bytes gzipped, more than 20 KB`)

for (const name of ['code.js', 'gate.js']) {
  const size = gzipSync(await readFile(out + name), { level: 9 }).length
  console.log(`${name.padEnd(10)} ${String(size).padStart(6)} bytes gzipped`)
  if (size > 12_000) throw new Error(`${name} weighs ${size} bytes gzipped, more than 12 KB`)
}
