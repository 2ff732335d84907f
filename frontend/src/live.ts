/** Messages and notices come by themselves while a page is seen; every page shows the same without. */
import { announce, say } from './say'
import { suggest } from './suggest'

const LIVE = ['/', '/inbox']

function show(unread: number): void {
  for (const badge of document.querySelectorAll<HTMLElement>('[data-inbox-count]')) {
    const spoken = document.createElement('span')
    spoken.className = 'sr'
    spoken.textContent = ` ${say('unread')}`
    badge.replaceChildren(unread > 99 ? '99+' : String(unread), spoken)
    badge.hidden = unread === 0
  }
}

/** The page's own answer again, put in the place of what is shown, unless somebody is in the middle of it. */
async function refresh(): Promise<void> {
  const main = document.querySelector('main')
  if (!main || !LIVE.includes(location.pathname)) return
  const answer = await fetch(location.href, { headers: { accept: 'text/html' } })
  if (!answer.ok || main.contains(document.activeElement) || [...main.querySelectorAll('input')].some((one) => one.value !== one.defaultValue)) return
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('main')
  if (!fresh) return
  main.replaceChildren(...fresh.childNodes)
  suggest()
}

function told<T>(event: MessageEvent<string>): T | null {
  try {
    return JSON.parse(event.data) as T
  } catch {
    return null
  }
}

/** What the page was last told; it outlives a line, so that what comes between two of them is news. */
const known = { unread: -1, notices: null as string | null }

function listen(source: EventSource): void {
  source.addEventListener('unread', (event) => {
    const count = told<{ unread: number }>(event)?.unread
    if (typeof count !== 'number') return
    show(count)
    if (known.unread >= 0 && count !== known.unread) void refresh()
    known.unread = count
  })
  source.addEventListener('message', (event) => {
    const title = told<{ title: string }>(event)?.title
    if (title) announce(`${say('message')}：${title}`)
  })
  source.addEventListener('notices', (event) => {
    const held = told<{ title: string }[]>(event) ?? []
    const before = known.notices, notices = known.notices = held.map((notice) => notice.title).join('；')
    if (before === null || before === notices) return
    if (notices) announce(notices)
    void refresh()
  })
}

export function live(): void {
  const me = document.body.hasAttribute('data-me')
  if (!me && location.pathname !== '/') return
  let source: EventSource | null = null
  const follow = (): void => {
    if (document.hidden) {
      source?.close()
      source = null
    } else if (!source) {
      source = new EventSource(me ? '/inbox/events' : '/notices/events')
      listen(source)
    }
  }
  document.addEventListener('visibilitychange', follow)
  window.addEventListener('pagehide', () => source?.close())
  window.addEventListener('pageshow', (event) => { if (event.persisted) { source = null; follow() } })
  follow()
}
