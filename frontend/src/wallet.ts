/** Documents on this device: kept while online, shown while offline; ticking clocks on what is presented. */
import { offline } from './offline'
import { say, stamp } from './say'
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
  const now = stamp(new Date(), true)
  for (const clock of document.querySelectorAll('[data-clock]')) clock.textContent = now
}

function expire(code: Element): void {
  if (code.classList.contains('gone')) return
  const gone = document.createElement('strong')
  gone.textContent = say('expired')
  code.classList.add('gone')
  code.querySelector('figcaption')?.prepend(gone)
}

/** What is presented is asked for anew when its code runs out, and again soon while the network is away. */
async function renew(code: Element): Promise<void> {
  const box = code.closest('#present')
  const answer = !box || document.hidden ? null : await fetch(location.href).catch(() => null)
  const fresh = answer?.ok ? new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('#present') : null
  if (box && fresh) {
    box.replaceChildren(...fresh.childNodes)
    follow(box)
    return
  }
  expire(code)
  if (box) window.setTimeout(() => void renew(code), 5000)
}

/** How long the code is still good. */
function countdown(code: HTMLElement): void {
  const end = Date.now() + Number(code.dataset['seconds']) * 1000
  const words = code.querySelector('figcaption .muted')
  const timer = window.setInterval(() => {
    const left = Math.ceil((end - Date.now()) / 1000)
    if (left > 0 && words) words.textContent = (words.textContent ?? '').replace(/\d+/, String(left))
    if (left > 0) return
    clearInterval(timer)
    void renew(code)
  }, 1000)
}

function follow(box: ParentNode): void {
  box.querySelectorAll<HTMLElement>('.qr[data-seconds]').forEach(countdown)
  tick()
}

const shell = document.querySelector<HTMLElement>('[data-offline]')
if (shell) {
  void offline(shell)
} else {
  follow(document)
  if (document.querySelector('[data-clock]')) setInterval(tick, 1000)
  if ('serviceWorker' in navigator) void navigator.serviceWorker.register('/sw.js').then(save, () => undefined).catch(() => undefined)
}
