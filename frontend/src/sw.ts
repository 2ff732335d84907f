/** Service worker: the pages' own files from the cache, pages from the network, and a shell when there is none. */
declare const self: ServiceWorkerGlobalScope
export {}

const CACHE = 'onedoor-1'
const SHELL = '/static/0/offline.html'
const FILES = [SHELL, '/static/0/onedoor.css', '/static/0/wallet.js', '/static/0/app.js', '/static/0/icons/door.svg', '/looks.css']
/** What was kept by a script is asked for by a page: other headers, the same file. */
const HOWEVER = { ignoreVary: true }
/** Shells with nobody in them, which work on what the device holds. */
const ALIVE = ['/gate', '/passes/code']
/** Anybody's page, kept as nobody in particular sees it: with no network it judges on the device what was typed into it. */
const CHECK = '/verify'
const PATIENCE = 6000, SOON = 2000

async function prepare(): Promise<void> {
  const cache = await caches.open(CACHE)
  await Promise.all(FILES.map((file) => cache.add(new Request(file, { cache: 'reload' })).catch((fault: unknown) => { if (file === SHELL) throw fault })))
  await self.skipWaiting()
}

async function tidy(): Promise<void> {
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name)
  await self.clients.claim()
}

/** Files under their hash never change; one that the house has under another hash by now is not kept. */
async function fixed(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE)
  const known = await cache.match(request, HOWEVER)
  if (known) return known
  const answer = await fetch(request)
  if (answer.ok && answer.headers.get('cache-control')?.includes('immutable')) await cache.put(request, answer.clone())
  return answer
}

/** Newer when it comes soon, else what is kept: the shell must not wait for a house that does not answer. */
async function fresh(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE)
  const known = await cache.match(request, HOWEVER)
  try {
    const answer = await fetch(request, known ? { signal: AbortSignal.timeout(SOON) } : {})
    if (answer.ok) await cache.put(request, answer.clone())
    return answer.status >= 500 && known ? known : answer
  } catch (fault) {
    if (known) return known
    throw fault
  }
}

/** What does not begin to come within the patience is not there; what has begun takes as long as it takes. */
async function soon(request: Request): Promise<Response> {
  const late = new AbortController(), timer = setTimeout(() => late.abort(), PATIENCE)
  return fetch(request, { signal: late.signal }).finally(() => clearTimeout(timer))
}

/** A page of the wallet does not wait for ever on a network that is there in name only, nor shows that the city's own house is down. */
async function page(request: Request, path: string): Promise<Response> {
  const wallet = request.method === 'GET' && path.startsWith('/wallet')
  const check = path === CHECK ? await caches.match(CHECK, HOWEVER) : undefined
  const typed = check && request.method === 'POST' ? request.clone() : null // a body is read once, and the house comes first
  try {
    const answer = await (wallet || check ? soon(request) : fetch(request))
    return wallet && answer.status >= 500 ? await caches.match(SHELL, HOWEVER) ?? answer : answer
  } catch (fault) {
    if (typed) return Response.redirect(`${CHECK}#text=${encodeURIComponent(String((await typed.formData()).get('text') ?? ''))}`, 303)
    if (check) return check
    const shell = request.method === 'GET' ? await caches.match(SHELL, HOWEVER) : undefined
    if (shell) return shell
    throw fault
  }
}

self.addEventListener('install', (event) => event.waitUntil(prepare()))
self.addEventListener('activate', (event) => event.waitUntil(tidy()))
self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (url.origin !== self.location.origin || (request.method !== 'GET' && url.pathname !== CHECK)) return
  if (request.mode === 'navigate' && ALIVE.includes(url.pathname)) event.respondWith(fresh(request))
  else if (request.mode === 'navigate') event.respondWith(page(request, url.pathname))
  else if (url.pathname.startsWith('/static/0/') || url.pathname === '/looks.css') event.respondWith(fresh(request))
  else if (url.pathname.startsWith('/static/')) event.respondWith(fixed(request))
})
