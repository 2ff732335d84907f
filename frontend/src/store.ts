/** What this device keeps of the wallet: one record in IndexedDB, gone at sign-out. */
const NAME = 'onedoor', STORE = 'wallet', KEY = 'saved'

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

export const keep = (saved: Saved): Promise<IDBValidKey> => within('readwrite', (store) => store.put(saved, KEY))
export const kept = (): Promise<Saved | undefined> => within<Saved | undefined>('readonly', (store) => store.get(KEY))

/** Nothing of the person stays: neither records nor pages. */
export async function forget(): Promise<void> {
  await within('readwrite', (store) => store.clear()).catch(() => undefined)
}
