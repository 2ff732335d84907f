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
function clocks(): void {
  const clock = document.querySelector('[data-clock]')
  if (!clock) return
  const tick = (): void => { clock.textContent = new Date().toLocaleTimeString('zh-CN', { hour12: false }) }
  tick()
  setInterval(tick, 1000)
}

/** A code that ran out says so by a word, and the page is asked for anew. */
function countdown(code: HTMLElement): void {
  const end = Date.now() + Number(code.dataset['seconds']) * 1000
  const words = code.querySelector('figcaption .muted')
  const timer = window.setInterval(() => {
    const left = Math.ceil((end - Date.now()) / 1000)
    if (left > 0) {
      if (words) words.textContent = words.textContent!.replace(/\d+/, String(left))
      return
    }
    clearInterval(timer)
    if (navigator.onLine && !document.hidden) return location.reload()
    code.classList.add('gone')
    const gone = document.createElement('strong')
    gone.textContent = say('expired')
    code.querySelector('figcaption')?.prepend(gone)
  }, 1000)
}

const shell = document.querySelector<HTMLElement>('[data-offline]')
if (shell) {
  void offline(shell)
} else {
  clocks()
  document.querySelectorAll<HTMLElement>('.qr[data-seconds]').forEach(countdown)
  if ('serviceWorker' in navigator) void navigator.serviceWorker.register('/sw.js').then(save, () => undefined).catch(() => undefined)
}
