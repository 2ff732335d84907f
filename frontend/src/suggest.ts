/** Names for what is being typed, as links below the search box. Without scripts the same form leads to the answer. */
import { say } from './say'

interface Name { name: string; href: string }

const WAIT = 150

function suggesting(form: HTMLFormElement, input: HTMLInputElement): void {
  const list = document.createElement('ul')
  list.className = 'cells suggest'
  list.hidden = true
  const told = document.createElement('p')
  told.className = 'sr'
  told.setAttribute('role', 'status')
  form.append(list, told)
  let timer = 0
  let asked = 0

  const hide = (): void => { list.hidden = true }

  const show = (names: Name[]): void => {
    list.replaceChildren(...names.map(({ name, href }) => {
      const row = document.createElement('li')
      const link = document.createElement('a')
      link.className = 'cell'
      link.href = href
      link.append(document.createElement('span'))
      link.firstElementChild!.textContent = name
      row.append(link)
      return row
    }))
    list.hidden = names.length === 0
    told.textContent = names.length ? say('suggested', { n: String(names.length) }) : ''
  }

  const ask = async (): Promise<void> => {
    const turn = ++asked
    const words = input.value.trim()
    if (!words) return hide()
    try {
      const answer = await fetch(`/search/suggest?q=${encodeURIComponent(words)}`, { headers: { accept: 'application/json' } })
      const found = answer.ok ? (await answer.json() as { items: Name[] }).items : []
      if (turn === asked) show(found)
    } catch {
      hide()
    }
  }

  input.addEventListener('input', () => {
    clearTimeout(timer)
    timer = window.setTimeout(() => void ask(), WAIT)
  })
  form.addEventListener('submit', () => { asked++; clearTimeout(timer); hide() })
  form.addEventListener('focusout', (event) => { if (!form.contains(event.relatedTarget as Node | null)) hide() })
  form.addEventListener('keydown', (event) => {
    const links = [...list.querySelectorAll('a')]
    const at = links.indexOf(document.activeElement as HTMLAnchorElement)
    if (event.key === 'Escape' && !list.hidden) { asked++; hide(); input.focus(); event.preventDefault() }
    if (list.hidden || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return
    event.preventDefault()
    const to = event.key === 'ArrowDown' ? Math.min(at + 1, links.length - 1) : at - 1
    ;(to < 0 ? input : links[to])?.focus()
  })
}

export function suggest(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>('form.search[action="/search"]')) {
    const input = form.querySelector<HTMLInputElement>('input[name=q]')
    if (input) suggesting(form, input)
  }
}
