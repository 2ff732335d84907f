// Unpacks the Chromium of @sparticuz/chromium into a folder and prints its path. The libraries go to <folder>/lib.
import { execFileSync } from "node:child_process";
import { chmodSync, createReadStream, createWriteStream, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { createBrotliDecompress } from "node:zlib";

const into = process.argv[2];
const from = join(dirname(fileURLToPath(import.meta.url)), "node_modules/@sparticuz/chromium/bin");
const chromium = join(into, "chromium");

const open = (name, to) => pipeline(createReadStream(join(from, name)), createBrotliDecompress(), createWriteStream(to));

if (!existsSync(chromium)) {
  mkdirSync(join(into, "lib"), { recursive: true });
  for (const [name, folder] of [["al2023.tar.br", into], ["swiftshader.tar.br", into], ["fonts.tar.br", into]]) {
    const tar = join(into, "part.tar");
    await open(name, tar);
    execFileSync("tar", ["-xf", tar, "-C", folder]);
    rmSync(tar);
  }
  await open("chromium.br", `${chromium}.half`);
  chmodSync(`${chromium}.half`, 0o755);
  renameSync(`${chromium}.half`, chromium);
}
console.log(chromium);
