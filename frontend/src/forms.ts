/** Forms work without this file; it saves drafts, stops a second press, and says when nothing was sent. */
import { announce, say } from './say'
import { forget } from './store'

const GUARD = 4000
const SLOWEST_SAVE = 3000

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
  window.setTimeout(calm, GUARD)
}

/** Back from the next page, or after a while, the button is as before. */
function calm(): void {
  for (const form of document.querySelectorAll<HTMLElement>('[data-sent]')) delete form.dataset['sent']
  for (const button of document.querySelectorAll('button[aria-busy]')) button.removeAttribute('aria-busy')
}

type Answers = Record<string, string | string[]>

function joined(boxes: NodeListOf<HTMLInputElement>): string {
  const [year = '', month = '', day = ''] = [...boxes].map((box) => box.value.trim())
  return month || day ? [year, month.padStart(2, '0'), day.padStart(2, '0')].join('-') : year
}

/** What the form says, question by question: dates in one text, boxes to tick as a list. */
function answers(form: HTMLFormElement): Answers {
  const given: Answers = {}
  for (const control of form.querySelectorAll<HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>('input, select, textarea')) {
    const { name, type } = control
    if (!name || ['hidden', 'file', 'submit'].includes(type)) continue
    const dates = control.closest('.dates')
    if (dates) given[name.replace(/-(year|month|day)$/, '')] = joined(dates.querySelectorAll('input'))
    else if (type === 'checkbox') given[name] = [...form.querySelectorAll<HTMLInputElement>(`input[name="${CSS.escape(name)}"]:checked`)].map((box) => box.value)
    else if (type !== 'radio' || (control as HTMLInputElement).checked) given[name] = control.value
  }
  return given
}

/**
 * data-autosave="/address" data-rev="3": whenever a changed field is left, the answers are PUT there against that revision.
 * The hidden `mark` tells the server what this page had seen: our own saving empties it, another device's makes it differ.
 */
function autosave(form: HTMLFormElement): void {
  let last = JSON.stringify(answers(form))
  const mark = form.querySelector<HTMLInputElement>('input[name=mark]')
  const save = async (): Promise<void> => {
    const now = JSON.stringify(answers(form))
    if (now === last || form.dataset['sent']) return
    const before = last
    last = now
    const headers = { 'content-type': 'application/json', 'if-match': `"${form.dataset['rev'] ?? ''}"` }
    const answer = await fetch(form.dataset['autosave']!, { method: 'PUT', body: now, headers, keepalive: true }).catch(() => null)
    if (answer?.ok) {
      form.dataset['rev'] = answer.headers.get('etag')?.replace(/\D/g, '') ?? ''
      if (mark) mark.value = ''
      announce(say('saved'))
    } else if (answer?.status === 409) {
      if (mark) mark.value = 'changed'
    } else {
      last = before
      announce(say(answer ? 'refused' : 'unsaved'))
    }
  }
  let queue = Promise.resolve()
  let busy = 0
  form.addEventListener('focusout', () => {
    busy += 1
    queue = queue.then(save).finally(() => { busy -= 1 })
  })
  // pressing the button leaves the last field too: what is being saved must not look like another device's change
  form.addEventListener('submit', (event) => {
    if (!busy) return
    event.preventDefault()
    const late = new Promise<void>((done) => { setTimeout(done, SLOWEST_SAVE) })
    void Promise.race([queue, late]).then(() => { busy = 0; form.requestSubmit(event.submitter) })
  })
}

const ways = (...to: string[]): string => to.map((address) => `form[action="${address}"]`).join(', ')
const SIGN_OUT = ways('/logout', '/oauth/logout', '/me/devices/end'), SIGN_IN = ways('/login/code')

/** Sign-out also empties what this device keeps. */
function signOut(form: HTMLFormElement): void {
  form.addEventListener('submit', (event) => {
    if (event.defaultPrevented || form.dataset['forgotten']) return
    event.preventDefault()
    form.dataset['forgotten'] = '1'
    void forget().finally(() => form.submit())
  })
}

/** Those of a page, or of what has come into it since. */
export function drafts(within: ParentNode = document): void {
  for (const form of within.querySelectorAll<HTMLFormElement>('form[data-autosave]')) autosave(form)
}

export function forms(): void {
  drafts()
  for (const form of document.querySelectorAll<HTMLFormElement>(SIGN_OUT)) signOut(form)
  if (document.querySelector(SIGN_IN)) void forget().catch(() => undefined) // of somebody whose session ended elsewhere, or by itself
  document.addEventListener('submit', guard)
  window.addEventListener('pageshow', calm)
}
