/** Documents on this device: kept while online, shown while offline; ticking clocks on what is presented. */
import { offline } from './offline'
import { say } from './say'
import { forget, keep, type Saved } from './store'

async function save(): Promise<void> {
  const answer = await fetch('/wallet/offline.json', { headers: { accept: 'application/json' } })
  if (answer.status === 401) return forget()
  if (!answer.ok) return
  const saved = await answer.json() as Saved
  await keep({ ...saved, lang: document.documentElement.lang })
}

/** The second hand shows that the face is alive. */
function tick(): void {
  const now = new Date().toLocaleString(document.documentElement.lang, { month: 'long', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false })
  for (const clock of document.querySelectorAll('[data-clock]')) clock.textContent = now
}

function expire(code: Element): void {
  if (code.classList.contains('gone')) return
  const gone = document.createElement('strong')
  gone.textContent = say('expired')
  code.classList.add('gone')
  code.querySelector('figcaption')?.prepend(gone)
}

/** How long the code is still good; when it ran out, it says so by a word. */
function countdown(code: HTMLElement): void {
  const end = Date.now() + Number(code.dataset['seconds']) * 1000
  const words = code.querySelector('figcaption .muted')
  const timer = window.setInterval(() => {
    const left = Math.ceil((end - Date.now()) / 1000)
    if (!code.isConnected) clearInterval(timer)
    else if (left > 0 && words) words.textContent = (words.textContent ?? '').replace(/\d+/, String(left))
    else if (left <= 0) {
      clearInterval(timer)
      expire(code)
    }
  }, 1000)
}

/** A presented certificate is asked for anew before its code runs out, and again soon when the network was away. */
function renew(box: HTMLElement): void {
  const again = async (): Promise<void> => {
    const answer = document.hidden ? null : await fetch(box.dataset['refresh']!).catch(() => null)
    if (!answer?.ok) return later(5000)
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    const fresh = page.querySelector<HTMLElement>('[data-refresh]')
    if (!fresh) return location.reload()
    box.replaceChildren(...fresh.childNodes)
    box.querySelectorAll<HTMLElement>('.qr[data-seconds]').forEach(countdown)
    tick()
    later(Number(box.dataset['renew']) * 1000)
  }
  const later = (ms: number): void => { window.setTimeout(() => void again(), ms) }
  later(Number(box.dataset['renew']) * 1000)
}

const shell = document.querySelector<HTMLElement>('[data-offline]')
if (shell) {
  void offline(shell)
} else {
  if (document.querySelector('[data-clock]')) {
    tick()
    setInterval(tick, 1000)
  }
  document.querySelectorAll<HTMLElement>('[data-refresh][data-renew]').forEach(renew)
  document.querySelectorAll<HTMLElement>('.qr[data-seconds]').forEach(countdown)
  if ('serviceWorker' in navigator) void navigator.serviceWorker.register('/sw.js').then(save, () => undefined).catch(() => undefined)
}
