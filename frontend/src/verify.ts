/** Scans a code by camera or from a picture into the form's textarea, then sends the form. */
import { say } from './say'

type Detect = (frame: ImageBitmapSource & CanvasImageSource, width: number, height: number) => Promise<string | null>
interface Detector { detect(source: ImageBitmapSource): Promise<{ rawValue: string }[]> }
interface DetectorKind { new (options: { formats: string[] }): Detector; getSupportedFormats(): Promise<string[]> }
interface Reader { prepare(wasm: string): void; read(pixels: ImageData): Promise<string | null> }

async function detector(box: HTMLElement): Promise<Detect> {
  const kind = (window as { BarcodeDetector?: DetectorKind }).BarcodeDetector
  if (kind && (await kind.getSupportedFormats()).includes('qr_code')) {
    const own = new kind({ formats: ['qr_code'] })
    return async (frame) => (await own.detect(frame))[0]?.rawValue ?? null
  }
  const reader = await import(new URL(box.dataset['reader']!, location.href).href) as Reader
  reader.prepare(new URL(box.dataset['wasm']!, location.href).href)
  const canvas = document.createElement('canvas')
  const paper = canvas.getContext('2d', { willReadFrequently: true })!
  return async (frame, width, height) => {
    const scale = Math.min(1, 1280 / Math.max(width, height))
    canvas.width = width * scale
    canvas.height = height * scale
    paper.drawImage(frame, 0, 0, canvas.width, canvas.height)
    return reader.read(paper.getImageData(0, 0, canvas.width, canvas.height))
  }
}

function scanner(box: HTMLElement): void {
  const field = document.querySelector<HTMLTextAreaElement>('textarea[name=text]')
  const video = box.querySelector('video')!
  const told = box.querySelector('[role=status]')!
  let stream: MediaStream | null = null
  if (!field?.form) return

  const stop = (): void => {
    stream?.getTracks().forEach((track) => track.stop())
    stream = null
    video.hidden = true
  }
  const found = (text: string): void => {
    stop()
    field.value = text
    field.form!.requestSubmit()
  }
  const film = async (): Promise<void> => {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment', width: { ideal: 1280 } } })
    video.srcObject = stream
    video.hidden = false
    await video.play()
    told.textContent = say('looking')
    const detect = await detector(box)
    while (stream) {
      const text = video.videoWidth ? await detect(video, video.videoWidth, video.videoHeight).catch(() => null) : null
      if (text) return found(text)
      await new Promise((next) => setTimeout(next, 120))
    }
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
    if (stream) return stop()
    film().catch(() => { stop(); told.textContent = say('noCamera') })
  })
  box.querySelector('input')!.addEventListener('change', (event) => {
    const file = (event.target as HTMLInputElement).files?.[0]
    if (file) picture(file).catch(() => { told.textContent = say('noPicture') })
  })
  window.addEventListener('pagehide', stop)
  box.hidden = false
}

document.querySelectorAll<HTMLElement>('[data-scan]').forEach(scanner)
