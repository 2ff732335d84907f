/** What this device keeps of the wallet: one record in IndexedDB, gone at sign-out. It lies there encrypted, under a key that this browser
 * uses but gives to nobody, not even to this script: who copies the files of a profile copies nothing that can be read. */
const NAME = 'onedoor', STORE = 'wallet', KEY = 'saved', SECRET = 'secret', CIPHER = 'AES-GCM'

interface Sealed { iv: Uint8Array<ArrayBuffer>; data: ArrayBuffer }

/** `state` is empty while the certificate is in force; `code` is the text inside the picture. */
export interface Certificate {
  id: string; name: string; issuer: string; holder: string; number: string; spoken: string; look: string; sheet: boolean; state: string
  qr_svg: string; code: string; expires_at: string | null; checked_at: string
  fields: { label: string; value: string; spoken: string }[]
}

export interface Saved { saved_at: string; certificates: Certificate[]; lang?: string }

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1)
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE)
    asked.onsuccess = () => resolve(asked.result)
    asked.onerror = () => reject(asked.error)
  })
}

async function within<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const db = await open()
  try {
    return await new Promise<T>((resolve, reject) => {
      const asked = work(db.transaction(STORE, mode).objectStore(STORE))
      asked.onsuccess = () => resolve(asked.result)
      asked.onerror = () => reject(asked.error)
    })
  } finally {
    db.close()
  }
}

const secret = (): Promise<CryptoKey | undefined> => within<CryptoKey | undefined>('readonly', (store) => store.get(SECRET))

/** The key of this device; made at first use. Two pages that start at once agree on the one that was first. */
async function secretOf(): Promise<CryptoKey> {
  const known = await secret()
  if (known) return known
  const fresh = await crypto.subtle.generateKey({ name: CIPHER, length: 256 }, false, ['encrypt', 'decrypt'])
  await within('readwrite', (store) => store.add(fresh, SECRET)).catch(() => undefined)
  return await secret() ?? fresh
}

export async function keep(saved: Saved): Promise<void> {
  const iv = crypto.getRandomValues(new Uint8Array(12)), words = new TextEncoder().encode(JSON.stringify(saved))
  const data = await crypto.subtle.encrypt({ name: CIPHER, iv }, await secretOf(), words)
  await within('readwrite', (store) => store.put({ iv, data } satisfies Sealed, KEY))
}

/** What is kept; what was kept by an earlier version, or under a key that is gone, is nothing: it comes anew with the next connection. */
export async function kept(): Promise<Saved | undefined> {
  const found = await within<Partial<Sealed> | undefined>('readonly', (store) => store.get(KEY)), key = await secret()
  if (!found?.iv || !found.data || !key) return undefined
  const words = await crypto.subtle.decrypt({ name: CIPHER, iv: found.iv }, key, found.data).catch(() => null)
  return words ? JSON.parse(new TextDecoder().decode(words)) as Saved : undefined
}

/** Nothing of the person stays: neither certificates nor the tickets of a pass. */
export async function forget(): Promise<void> {
  indexedDB.deleteDatabase('onedoor-passes')
  await within('readwrite', (store) => store.clear()).catch(() => undefined)
}
