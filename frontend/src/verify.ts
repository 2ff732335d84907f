/** Scans a code by camera or from a picture into the form's textarea, then sends the form; without a network it is judged on this device. */
import { Camera, detector } from './camera'
import type { judge, keep, send, Told } from './offcheck'
import { say, stamp } from './say'

interface Offline { keep: typeof keep; judge: typeof judge; send: typeof send }

function scanner(box: HTMLElement): void {
  const field = document.querySelector<HTMLTextAreaElement>('textarea[name=text]')
  const eye = new Camera(box, box.querySelector('video')!)
  const told = box.querySelector('[role=status]')!
  if (!field?.form) return

  const found = (text: string): void => {
    eye.stop()
    field.value = text
    field.form!.requestSubmit()
  }
  const picture = async (file: File): Promise<void> => {
    const image = await createImageBitmap(file)
    const text = await (await detector(box))(image, image.width, image.height)
    if (text) found(text)
    else told.textContent = say('noPicture')
  }

  const camera = box.querySelector<HTMLElement>('[data-camera]')!
  camera.hidden = !navigator.mediaDevices
  camera.addEventListener('click', () => {
    if (eye.on) return eye.stop()
    eye.start(() => { told.textContent = say('looking') }, found).catch(() => { eye.stop(); told.textContent = say('noCamera') })
  })
  box.querySelector('input')!.addEventListener('change', (event) => {
    const file = (event.target as HTMLInputElement).files?.[0]
    if (file) picture(file).catch(() => { told.textContent = say('noPicture') })
  })
  window.addEventListener('pagehide', () => eye.stop())
  box.hidden = false
}

// ── without a network ──────────────────────────────────────────────────────────────────────────────

/** The verdict in the page's own words and shapes, which the server has written into it. */
function show(box: HTMLElement, told: Told): void {
  const tone = told.result === 'valid' ? 'done' : ['online', 'unclear', 'suspended', 'code_expired', 'empty'].includes(told.result) ? 'waiting' : 'refused'
  const page = box.querySelector<HTMLTemplateElement>(`template[data-tone=${tone}]`)!.content.cloneNode(true) as DocumentFragment
  const lang = document.documentElement.lang === 'en' ? 'en' : 'zh'
  page.querySelector('h1, h2')!.textContent = told.title[lang]
  page.querySelector('p')!.textContent = told.result === 'online' ? box.dataset['online']! : told.detail[lang]
  const { face } = told
  const facts: Record<string, string | undefined> = {
    issuer: face?.issuer[lang], holder: face?.holder, agent: face?.agent, number: face?.number, ends: face && (face.endsOn || box.dataset['endless']),
    list: stamp(new Date(told.listAt * 1000)), kind: face?.name[lang],
  }
  for (const row of page.querySelectorAll<HTMLElement>('[data-fact]')) {
    const value = facts[row.dataset['fact']!]
    if (value) row.querySelector('dd')!.textContent = value
    else row.remove()
  }
  const place = box.querySelector<HTMLElement>('[data-told]')!
  place.replaceChildren(page)
  place.querySelector<HTMLElement>('section')!.tabIndex = -1
  place.querySelector<HTMLElement>('section')!.focus()
}

async function alone(box: HTMLElement, checker: Offline, text: string): Promise<void> {
  const told = await checker.judge(text)
  if (told) show(box, told)
  else box.querySelector('[data-kept]')!.textContent = box.dataset['nothing']!
}

/** Keeps what is needed, says how old it is, and judges what the worker could not send. */
async function withoutNetwork(box: HTMLElement): Promise<void> {
  const own = box.dataset['offcheck']!
  const checker = await import(new URL(own, location.href).href) as Offline
  const form = document.querySelector<HTMLFormElement>('#verify-form')!
  const field = form.querySelector<HTMLTextAreaElement>('textarea[name=text]')!
  form.addEventListener('submit', (event) => {
    if (navigator.onLine) return
    event.preventDefault()
    void alone(box, checker, field.value)
  })
  if (location.hash.startsWith('#text=')) {
    field.value = decodeURIComponent(location.hash.slice(6))
    history.replaceState(null, '', location.pathname)
    await alone(box, checker, field.value)
  }
  const send = (): void => { void checker.send().catch(() => undefined) }
  window.addEventListener('online', send)
  send()
  const { connection } = navigator as { connection?: { saveData?: boolean } }
  const at = connection?.saveData ? 0 : await checker.keep(own).catch(() => 0)
  if (at) box.querySelector('[data-kept]')!.textContent = box.dataset['words']!.replace('{at}', stamp(new Date(at * 1000)))
}

document.querySelectorAll<HTMLElement>('[data-scan]').forEach(scanner)
const offcheck = document.querySelector<HTMLElement>('[data-offcheck]')
if (offcheck && 'serviceWorker' in navigator && 'DecompressionStream' in window) void withoutNetwork(offcheck)
