/** The camera and pictures, read by the browser itself where it can, else by the reader that is loaded only then. */
type Detect = (frame: ImageBitmapSource & CanvasImageSource, width: number, height: number) => Promise<string | null>
interface Detector { detect(source: ImageBitmapSource): Promise<{ rawValue: string }[]> }
interface DetectorKind { new (options: { formats: string[] }): Detector; getSupportedFormats(): Promise<string[]> }
interface Reader { prepare(wasm: string): void; read(pixels: ImageData): Promise<string | null> }

export async function detector(box: HTMLElement): Promise<Detect> {
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

/** Reads what stands before the camera until `found` says that it is enough. `reading` is called once the picture is there. */
export class Camera {
  private stream: MediaStream | null = null

  constructor(private readonly box: HTMLElement, private readonly video: HTMLVideoElement) {}

  get on(): boolean { return this.stream !== null }

  /** Whether this camera has a lamp of its own. */
  get torch(): boolean {
    const track = this.stream?.getVideoTracks()[0]
    return Boolean((track?.getCapabilities?.() as { torch?: boolean } | undefined)?.torch)
  }

  async light(on: boolean): Promise<void> {
    await this.stream?.getVideoTracks()[0]?.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] })
  }

  stop(): void {
    this.stream?.getTracks().forEach((track) => track.stop())
    this.stream = null
    this.video.hidden = true
  }

  async start(reading: () => void, found: (text: string) => void | Promise<void>): Promise<void> {
    const stream = this.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment', width: { ideal: 1280 } } })
    this.video.srcObject = stream
    this.video.hidden = false
    await this.video.play()
    reading()
    const detect = await detector(this.box)
    while (this.stream === stream) {
      const text = this.video.videoWidth ? await detect(this.video, this.video.videoWidth, this.video.videoHeight).catch(() => null) : null
      if (text) await found(text)
      await new Promise((next) => setTimeout(next, 120))
    }
  }
}
