/** IndexedDB as promises: one database a page, its stores named at the start. */
export function open(name: string, stores: string[]): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(name, 1)
    asked.onupgradeneeded = () => { for (const store of stores) asked.result.createObjectStore(store) }
    asked.onsuccess = () => resolve(asked.result)
    asked.onerror = () => reject(asked.error)
  })
}

/** One transaction; its work asks and answers within it, and the promise holds once everything is on the disk. */
export function within<T>(db: IDBDatabase, stores: string[], mode: IDBTransactionMode, work: (tx: IDBTransaction) => Promise<T> | T): Promise<T> {
  return new Promise((resolve, reject) => {
    const tx = db.transaction(stores, mode, { durability: mode === 'readwrite' ? 'strict' : 'default' })
    let answer: T
    tx.oncomplete = () => resolve(answer)
    tx.onabort = () => reject(tx.error ?? new Error('aborted'))
    Promise.resolve(work(tx)).then((given) => { answer = given }, (fault: unknown) => { reject(fault); try { tx.abort() } catch { /* it has ended by itself */ } })
  })
}

export function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

/** The pages' own files go into the worker's cache, so that the page opens without a network. `how`: as whom the page is asked for. */
export async function keepPage(more: string[] = [], how: RequestInit = {}): Promise<void> {
  if (!('serviceWorker' in navigator)) return
  await navigator.serviceWorker.register('/sw.js')
  const own = [...document.querySelectorAll<HTMLElement>('link[rel=stylesheet], link[rel=icon], script[src]')]
    .map((element) => element.getAttribute('href') ?? element.getAttribute('src')!)
  const cache = await caches.open('onedoor-1')
  await Promise.all([location.pathname, ...own, ...more].map(async (file) => {
    const fixed = file.startsWith('/static/') && !file.startsWith('/static/0/')
    if (!(fixed && await cache.match(file, { ignoreVary: true }))) await cache.add(new Request(file, how)).catch(() => undefined)
  }))
}

/** Month, day and time in the city's zone, wherever the device believes to be. Swedes write the date as ISO 8601 does. */
export function clockIn(zone: string): (at: Date) => { day: string; time: string; seconds: string } {
  const written = new Intl.DateTimeFormat('sv', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' })
  return (at) => {
    const text = written.format(at)
    return { day: text.slice(5, 10), time: text.slice(11, 16), seconds: text.slice(11) }
  }
}

export interface Words { [name: string]: string }

/** The page's words, in its language, written beside it by the server. */
export function wordsOf(box: HTMLElement): (name: string, values?: Record<string, string | number>) => string {
  const words = JSON.parse(box.dataset['words'] ?? '{}') as Words
  return (name, values = {}) => (words[name] ?? name).replace(/\{(\w+)\}/g, (_, key: string) => String(values[key] ?? ''))
}
