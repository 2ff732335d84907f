/** data-fill="/address": something is on its way. Look once more after a moment; what has come replaces what was shown, unless it was touched. */
import { drafts } from './forms'

const AFTER = 1200

export function fill(): void {
  const waiting = document.querySelector<HTMLElement>('[data-fill]')
  const form = document.querySelector<HTMLFormElement>('main form[data-autosave]')
  if (!waiting || !form) return
  let touched = false
  form.addEventListener('input', () => (touched = true))
  setTimeout(async () => {
    const answer = await fetch(waiting.dataset['fill'] ?? location.href, { headers: { accept: 'text/html' } }).catch(() => null)
    if (!answer?.ok || touched || form.contains(document.activeElement)) return
    if (answer.redirected) return location.replace(answer.url)
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('main')
    if (!page) return
    document.querySelector('main')?.replaceWith(page)
    drafts(page)
  }, AFTER)
}
