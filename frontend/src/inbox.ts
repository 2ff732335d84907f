/** The badge of the inbox lives while the page is seen; the list of messages is fetched again when something comes. */
import { announce, say } from './say'

function show(unread: number): void {
  for (const badge of document.querySelectorAll<HTMLElement>('[data-inbox-count]')) {
    const spoken = document.createElement('span')
    spoken.className = 'sr'
    spoken.textContent = ` ${say('unread')}`
    badge.replaceChildren(unread > 99 ? '99+' : String(unread), spoken)
    badge.hidden = unread === 0
  }
}

async function refresh(): Promise<void> {
  const list = document.querySelector('[data-inbox-list]')
  if (!list) return
  const answer = await fetch(location.href, { headers: { accept: 'text/html' } })
  if (!answer.ok) return
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
  const fresh = page.querySelector('[data-inbox-list]')
  if (fresh) list.replaceChildren(...fresh.childNodes)
}

function unreadIn(data: string): number | null {
  try {
    const told: unknown = JSON.parse(data)
    const count = typeof told === 'object' && told !== null && 'unread' in told ? told.unread : told
    return typeof count === 'number' ? count : null
  } catch {
    return null
  }
}

export function inbox(): void {
  if (!document.body.hasAttribute('data-me') || !document.querySelector('[data-inbox-count], [data-inbox-list]')) return
  let source: EventSource | null = null
  let before: number | null = null
  const heard = (event: MessageEvent<string>): void => {
    const unread = unreadIn(event.data)
    if (unread === null) return
    show(unread)
    if (before !== null && unread > before) announce(say('message'))
    if (before !== null && unread !== before) void refresh()
    before = unread
  }
  const follow = (): void => {
    if (document.hidden) {
      source?.close()
      source = null
    } else if (!source) {
      source = new EventSource('/inbox/events')
      source.onmessage = heard
      source.addEventListener('unread', heard)
    }
  }
  document.addEventListener('visibilitychange', follow)
  window.addEventListener('pagehide', () => source?.close())
  follow()
}
