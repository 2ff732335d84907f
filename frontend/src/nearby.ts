/** A form with data-nearby asks where the device is when its button is pressed, never before, and only then sends it. */
import { announce, say } from './say'

/** About a hundred metres: enough to know which office is near. */
const places = 3

export function nearby(): void {
  const form = document.querySelector<HTMLFormElement>('form[data-nearby]')
  if (!form || !('geolocation' in navigator)) return
  form.hidden = false
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const button = form.querySelector('button')
    button?.setAttribute('aria-busy', 'true')
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        fill(form, 'lat', coords.latitude)
        fill(form, 'lon', coords.longitude)
        form.submit()
      },
      () => {
        button?.removeAttribute('aria-busy')
        announce(say('noPosition'))
        document.querySelector<HTMLElement>('#field-street')?.focus()
      },
      { maximumAge: 60_000, timeout: 10_000 },
    )
  })
}

function fill(form: HTMLFormElement, name: string, value: number): void {
  const input = form.querySelector<HTMLInputElement>(`input[name="${name}"]`)
  if (input) input.value = value.toFixed(places)
}
