// A page of a few made-up elements, for scripts that node runs without a browser. An element finds what its `held` names.
export class Element extends EventTarget {
  dataset = {}; attributes = {}; children = []; held = {}; hidden = false; textContent = ''; value = ''; name = ''; type = 'text'

  constructor(more = {}) { super(); Object.assign(this, more) }

  querySelectorAll(what) { return this.held[what] ?? [] }
  querySelector(what) { return this.querySelectorAll(what)[0] ?? null }
  closest() { return null }
  contains(other) { return other === this }
  hasAttribute(name) { return name in this.attributes }
  getAttribute(name) { return this.attributes[name] ?? null }
  setAttribute(name, value) { this.attributes[name] = value }
  removeAttribute(name) { delete this.attributes[name] }
  replaceWith(other) { this.replaced = other }
  replaceChildren(...inside) { this.children = inside }
  append(...inside) { this.children.push(...inside) }
  get childNodes() { return this.children }
  focus() {}
  submit() { this.sent = (this.sent ?? 0) + 1 }
}

export const said = new Element(), body = new Element()
export const page = new Element({
  body, documentElement: { lang: 'zh-CN' }, activeElement: body, getElementById: (id) => id === 'said' ? said : null, createElement: () => new Element(),
})
export const later = (ms = 0) => new Promise((done) => setTimeout(done, ms))
/** Something happens to an element; true when nobody has prevented what the browser would do. */
export const happens = (element, what, more = {}) => element.dispatchEvent(Object.assign(new Event(what, { cancelable: true }), more))
export const tell = (value) => console.log(JSON.stringify(value))

const known = {
  document: page, window: Object.assign(new EventTarget(), { setTimeout, clearTimeout }), CSS: { escape: (name) => name },
  navigator: { onLine: true }, location: { pathname: '/', href: 'http://page/', origin: 'http://page', replace() {} },
}
for (const [name, value] of Object.entries(known)) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
