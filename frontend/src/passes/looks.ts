/** Whom the guard asked about without a network: sealed to the house (HPKE, RFC 9180) before the lamp is lit, sent once there is one. */
import { asked, within } from './base'
import { STATE } from './log'
import { hmac } from './numbers'
import { type Bytes, hash, hex, join } from './od1'
import { b64, type Self, speak } from './station'

const KEY = 'looks', BATCH = 100, MOST = 2000, utf8 = new TextEncoder(), none = new Uint8Array(0)
const KEM = join(utf8.encode('KEM'), Uint8Array.of(0, 0x20)), SUITE = join(utf8.encode('HPKE'), Uint8Array.of(0, 0x20, 0, 1, 0, 1))
const named = (suite: Uint8Array, label: string, what: Uint8Array): Bytes => join(utf8.encode('HPKE-v1'), suite, utf8.encode(label), what)
/** HKDF by its two steps; no salt is a block of nothing, and no more than one block is ever drawn. */
const labelled = (suite: Uint8Array, label: string, salt: Uint8Array, ikm: Uint8Array): Promise<Bytes> =>
  hmac(salt.length ? salt : new Uint8Array(32), named(suite, label, ikm))
const drawn = async (suite: Uint8Array, label: string, key: Uint8Array, info: Uint8Array, length: number): Promise<Bytes> =>
  (await hmac(key, join(Uint8Array.of(0, length), named(suite, label, info), Uint8Array.of(1)))).slice(0, length)

/** Base mode, X25519, HKDF-SHA256, AES-128-GCM: only the house can open it, not even this device. */
export async function seal(to: Bytes, info: string, plain: string): Promise<Bytes> {
  const own = await crypto.subtle.generateKey('X25519', true, ['deriveBits']) as CryptoKeyPair
  const enc = new Uint8Array(await crypto.subtle.exportKey('raw', own.publicKey)), theirs = await crypto.subtle.importKey('raw', to, 'X25519', false, [])
  const shared = new Uint8Array(await crypto.subtle.deriveBits({ name: 'X25519', public: theirs }, own.privateKey, 256))
  const secret = await drawn(KEM, 'shared_secret', await labelled(KEM, 'eae_prk', none, shared), join(enc, to), 32)
  const context = join(Uint8Array.of(0), await labelled(SUITE, 'psk_id_hash', none, none), await labelled(SUITE, 'info_hash', none, utf8.encode(info)))
  const root = await labelled(SUITE, 'secret', secret, none)
  const key = await crypto.subtle.importKey('raw', await drawn(SUITE, 'key', root, context, 16), 'AES-GCM', false, ['encrypt'])
  const iv = await drawn(SUITE, 'base_nonce', root, context, 12)
  return join(enc, new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, utf8.encode(plain))))
}

const kept = async (tx: IDBTransaction): Promise<string[]> => await asked<string[] | undefined>(tx.objectStore(STATE).get(KEY)) ?? []

/** Stands on the disk when this has been answered; false when this device cannot seal, or has been without a network for too long. */
export async function remember(db: IDBDatabase, self: Self, enc: Bytes, number: string, at: number): Promise<boolean> {
  const sealed = await seal(enc, `onedoor-look-1|${self.id}`, JSON.stringify({ number, at })).catch(() => null)
  if (!sealed) return false
  return within(db, [STATE], 'readwrite', async (tx) => {
    const all = await kept(tx)
    if (all.length >= MOST) return false
    tx.objectStore(STATE).put([...all, b64(sealed)], KEY)
    return true
  })
}

/** A batch, by its own name: sent again after a lost reply it is written down once. */
export async function send(db: IDBDatabase, self: Self, offset: number): Promise<void> {
  const sealed = (await within(db, [STATE], 'readonly', kept)).slice(0, BATCH)
  if (!sealed.length) return
  const body = JSON.stringify({ sealed }), once = hex(hash(utf8.encode(body))).slice(0, 32)
  const answer = await speak(self, offset, 'POST', `/api/gates/${self.id}/looks`, body, { 'idempotency-key': once }).catch(() => null)
  if (!answer?.ok) return
  await within(db, [STATE], 'readwrite', async (tx) => {
    const gone = new Set(sealed)
    tx.objectStore(STATE).put((await kept(tx)).filter((one) => !gone.has(one)), KEY)
  })
}
