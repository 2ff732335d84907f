/** On every page. Each line adds to something that works without it. */
import { fill } from './fill'
import { forms } from './forms'
import { live } from './live'
import { nearby } from './nearby'
import { announce, say } from './say'
import { suggest } from './suggest'

/** The summary of errors has the focus; its child has the alert. */
function summary(): void {
  document.querySelector<HTMLElement>('[data-focus]')?.focus()
}

/** A button with data-copy="words" appears where the clipboard may be written. */
function copying(): void {
  for (const button of document.querySelectorAll<HTMLElement>('[data-copy]')) {
    if (!navigator.clipboard) continue
    button.hidden = false
    button.addEventListener('click', () => {
      void navigator.clipboard.writeText(button.dataset['copy'] ?? '').then(() => announce(say('copied')))
    })
  }
}

forms()
fill()
summary()
copying()
suggest()
live()
nearby()
