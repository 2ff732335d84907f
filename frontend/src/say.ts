/** Words that only scripts say, in the language of the page, spoken through its one status region. */
type Pair = readonly [zh: string, en: string]

export const words = {
  saved: ['草稿已保存', 'Draft saved'],
  unsaved: ['没有网络，刚才填的还没有保存', 'No connection: what you typed is not saved yet'],
  refused: ['刚才填的还没有保存', 'What you typed is not saved yet'],
  unsent: ['没有网络，什么都没有发送，您填的内容还在', 'No connection: nothing was sent, and your answers are still here'],
  message: ['您有新消息', 'You have a new message'],
  suggested: ['有 {n} 个可能的事项，按向下键选择', '{n} suggestions; press the down arrow to choose'],
  copied: ['已复制', 'Copied'],
  unread: ['条未读', 'unread'],
  expired: ['已过期', 'Expired'],
  offline: ['现在连不上', 'No connection'],
  offlineWallet: ['下面是 {at} 保存的证件，状态以那时为准。', 'These documents were saved at {at}; their state is of that time.'],
  offlineEmpty: ['这台设备上没有保存证件。有网络时打开一次证件夹，就会保存。', 'No documents are saved on this device. Open your documents once while online to save them.'],
  offlineOther: ['这一页要连上网络才能打开。什么都没有发送。', 'This page needs a connection. Nothing was sent.'],
  wallet: ['证件夹', 'Documents'],
  back: ['返回', 'Back'],
  retry: ['再试一次', 'Try again'],
  digital: ['电子证照', 'Digital'],
  holder: ['持证人', 'Holder'],
  checked: ['{at} 核对', 'Checked {at}'],
  codeUntil: ['核验码 {at} 前有效', 'Code valid until {at}'],
  noCode: ['没有保存核验码，请连上网络后亮证', 'No code is saved; present it again when you are online'],
  cannotScan: ['扫不了码？', 'Cannot be scanned?'],
  paste: ['请对方打开“核验证照”页面，把这段文字粘贴进去。', 'Ask them to open the page “Verify a certificate” and paste this text.'],
  looking: ['请把二维码放进画面里', 'Hold the code inside the picture'],
  noCamera: ['不能使用摄像头。可以选一张图片，或者把文字粘贴到下面。', 'The camera cannot be used. Choose a picture, or paste the text below.'],
  noPicture: ['图片里没有找到二维码', 'No code was found in the picture'],
  noPosition: ['没有拿到位置，请在下面选街道或乡镇', 'No position could be had; please choose a place below'],
} satisfies Record<string, Pair>

export function say(word: keyof typeof words, values: Record<string, string> = {}): string {
  const text: string = words[word][document.documentElement.lang === 'en' ? 1 : 0]
  return text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '')
}

/** A moment as the pages write it: 10 月 12 日 09:41, 12 October 09:41. */
export function stamp(at: Date, seconds = false): string {
  const two = (n: number): string => String(n).padStart(2, '0')
  const english = document.documentElement.lang === 'en'
  const day = english ? `${at.getDate()} ${at.toLocaleString('en', { month: 'long' })}` : `${at.getMonth() + 1} 月 ${at.getDate()} 日`
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}${seconds ? `:${two(at.getSeconds())}` : ''}`
}

let timer = 0

/** Speaks one sentence and takes it away after a while. */
export function announce(text: string): void {
  const region = document.getElementById('said')
  if (!region) return
  region.textContent = text
  clearTimeout(timer)
  timer = window.setTimeout(() => { region.textContent = '' }, 6000)
}
