/** Forms work without this file; it saves drafts, stops a second press, and says when nothing was sent. */
import { announce, say } from './say'
import { forget } from './store'

const GUARD = 4000

function guard(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement
  if (form.method !== 'post' || event.defaultPrevented) return
  if (!navigator.onLine) {
    event.preventDefault()
    announce(say('unsent'))
    return
  }
  const now = Date.now()
  if (now - Number(form.dataset['sent'] ?? 0) < GUARD) {
    event.preventDefault()
    return
  }
  form.dataset['sent'] = String(now)
  event.submitter?.setAttribute('aria-busy', 'true')
}

/** Back from the next page, or after a while, the button is as before. */
function calm(): void {
  for (const form of document.querySelectorAll<HTMLElement>('[data-sent]')) delete form.dataset['sent']
  for (const button of document.querySelectorAll('button[aria-busy]')) button.removeAttribute('aria-busy')
}

function typed(form: HTMLFormElement): URLSearchParams {
  const sent = new URLSearchParams()
  new FormData(form).forEach((value, name) => { if (typeof value === 'string') sent.append(name, value) })
  return sent
}

/** A form with data-autosave="/address" is posted there whenever a changed field is left; any 2xx means kept. */
function autosave(form: HTMLFormElement): void {
  let last = typed(form).toString()
  form.addEventListener('focusout', async () => {
    const now = typed(form)
    if (now.toString() === last || form.dataset['sent']) return
    last = now.toString()
    try {
      const answer = await fetch(form.dataset['autosave'] || form.action, { method: 'POST', body: now, headers: { 'x-autosave': '1' }, redirect: 'manual' })
      if (answer.ok || answer.type === 'opaqueredirect') announce(say('saved'))
    } catch {
      last = ''
      announce(say('unsaved'))
    }
  })
}

/** Sign-out also empties what this device keeps. */
function signOut(form: HTMLFormElement): void {
  form.addEventListener('submit', (event) => {
    if (event.defaultPrevented || form.dataset['forgotten']) return
    event.preventDefault()
    form.dataset['forgotten'] = '1'
    void forget().finally(() => form.submit())
  })
}

export function forms(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-autosave]')) autosave(form)
  for (const form of document.querySelectorAll<HTMLFormElement>('form[action="/logout"]')) signOut(form)
  document.addEventListener('submit', guard)
  window.addEventListener('pageshow', calm)
}
