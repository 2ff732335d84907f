/** The shell that the service worker shows when the network is away: saved documents with the time of their check. */
import { say, stamp } from './say'
import { type Certificate, kept, type Saved } from './store'

function make(tag: string, className = '', ...inside: (Node | string)[]): HTMLElement {
  const element = document.createElement(tag)
  if (className) element.className = className
  element.append(...inside)
  return element
}

function link(href: string, className: string, ...inside: (Node | string)[]): HTMLElement {
  const element = make('a', className, ...inside)
  element.setAttribute('href', href)
  return element
}

const when = (at: string): string => stamp(new Date(at))
const over = (at: string | null): boolean => at !== null && new Date(at).getTime() < Date.now()

/** A drawing from the city's own answer, parsed as a drawing and stripped of anything that acts. */
function drawing(svg: string): Node | null {
  const root = new DOMParser().parseFromString(svg.includes('xmlns') ? svg : svg.replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"'), 'image/svg+xml').documentElement
  if (root.nodeName !== 'svg' || root.querySelector('script, foreignObject')) return null
  return document.importNode(root, true)
}

function code(card: Certificate): HTMLElement {
  const picture = card.qr_svg ? drawing(card.qr_svg) : null
  if (!picture) return make('p', 'muted', say('noCode'))
  const gone = over(card.expires_at)
  const box = make('div', '', picture)
  box.setAttribute('role', 'img')
  box.setAttribute('aria-label', card.name)
  const caption = make('figcaption', '')
  if (gone) caption.append(make('strong', '', say('expired')))
  else if (card.expires_at) caption.append(say('codeUntil', { at: when(card.expires_at) }))
  const figure = make('figure', gone ? 'qr gone' : 'qr', box, caption)
  if (gone || !card.code) return figure
  const text = make('details', 'more', make('summary', '', say('cannotScan')), make('div', '', make('p', '', say('paste')), make('p', '', make('code', 'code-text', card.code))))
  return make('div', '', figure, text)
}

/** What is masked is spoken in full words, as on the page itself. */
function value(field: Certificate['fields'][number]): HTMLElement {
  if (field.spoken === field.value) return make('dd', '', field.value)
  const shown = make('span', '', field.value)
  shown.setAttribute('aria-hidden', 'true')
  return make('dd', '', shown, make('span', 'sr', field.spoken))
}

function face(card: Certificate): HTMLElement {
  const facts = make('dl')
  if (!card.fields.some((field) => field.value === card.holder)) facts.append(make('dt', '', say('holder')), make('dd', '', card.holder))
  for (const field of card.fields) facts.append(make('dt', '', field.label), value(field))
  const head = make('header', '', make('div', '', make('h2', '', card.name), make('small', '', card.issuer)), make('span', 'mark', say('digital')))
  const article = make('article', `cert long look-${card.look}${card.sheet ? ' sheet' : ''}${card.state ? ' ended' : ''}`, head, make('div', 'band'))
  if (card.state) article.append(make('p', 'state', card.state))
  article.append(facts, make('footer', '', make('span', '', card.number), make('span', '', say('checked', { at: when(card.checked_at) }))))
  return article
}

function list(saved: Saved): HTMLElement {
  const rows = make('ul', 'docs stack')
  for (const card of saved.certificates) {
    const about = make('span', '', make('b', '', card.name), make('small', '', `${card.holder} · ${card.number}`))
    const row = link(`/wallet/${card.id}`, `doc look-${card.look}${card.state ? ' ended' : ''}`, about)
    if (card.state) row.append(make('span', 'tag', card.state))
    rows.append(make('li', '', row))
  }
  return make('section', 'panel', make('header', '', make('h2', '', say('wallet'))), rows)
}

/** Fills the shell according to the address that was asked for. */
export async function offline(shell: HTMLElement): Promise<void> {
  const saved = await kept().catch(() => undefined)
  if (saved?.lang) document.documentElement.lang = saved.lang
  document.title = say('offline')
  const retry = link(location.href, 'btn plain', say('retry'))
  const title = make('h1', '', say('offline'))
  const asked = /^\/wallet(?:\/([^/]+))?/.exec(location.pathname)
  if (!asked) return shell.replaceChildren(title, make('p', '', say('offlineOther')), link('/wallet', 'btn plain', say('wallet')), retry)
  if (!saved?.certificates.length) return shell.replaceChildren(title, make('p', '', say('offlineEmpty')), retry)
  const told = make('p', 'muted', say('offlineWallet', { at: when(saved.saved_at) }))
  const card = saved.certificates.find((one) => one.id === asked[1])
  if (!card) return shell.replaceChildren(title, told, list(saved), retry)
  shell.replaceChildren(title, told, face(card), make('section', 'panel', code(card)), link('/wallet', 'btn plain', say('wallet')), retry)
}
