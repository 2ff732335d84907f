/** Scans a code by camera or from a picture into the form's textarea, then sends the form. */
import { Camera, detector } from './camera'
import { say } from './say'

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

document.querySelectorAll<HTMLElement>('[data-scan]').forEach(scanner)
