// What axe judges a page by, without its words: elements with their attributes, whether they are seen, named and scrolled; and its colours.
(style) => {
  const root = document.documentElement
  if (style) root.classList.toggle('care', style === 'care')
  if (style === 'dark') root.dataset.theme = style
  else if (style) delete root.dataset.theme
  // What icons are drawn from is a third of a page's elements, and axe has nothing to say of it.
  document.querySelectorAll('svg:has(symbol)').forEach((one) => one.remove())
  const NAMES = /^(href|src|srcset|value|title|alt|content|action|formaction|datetime|placeholder|aria-label|label|summary|download|style|d|points|viewBox|data-.*)$/
  const REFS = /^(for|form|list|aria-labelledby|aria-describedby|aria-controls|aria-owns|aria-details|aria-errormessage|aria-activedescendant|headers)$/
  const ids = new Map(), shape = [], colours = (window.judged = new Map()), langs = new Set()
  for (const e of document.querySelectorAll('[id]')) if (!ids.has(e.id)) ids.set(e.id, ids.size)
  const order = (id) => `#${ids.get(id) ?? 'none'}`
  const attribute = (e, name) => {
    const value = e.getAttribute(name)
    if (name === 'id') return order(value)
    if (REFS.test(name)) return `${name}=${value.split(/\s+/).map(order)}`
    if (name === 'href' && value.startsWith('#')) return `href=${order(decodeURIComponent(value.slice(1)))}`
    if (NAMES.test(name)) return `${name}:${value.trim() ? 'some' : 'none'}`
    return name === 'name' || name === 'max' || name === 'min' ? name : `${name}=${value}`
  }
  const own = (e) => [...e.childNodes].filter((one) => one.nodeType === 3).map((one) => one.data.trim()).join('')
  const ground = (e) => {
    for (let at = e; at; at = at.parentElement) {
      const style = getComputedStyle(at)
      if (style.backgroundImage !== 'none' || !/^rgba\(.*, 0\)$/.test(style.backgroundColor))
        return `${style.backgroundColor} ${style.backgroundImage !== 'none'} ${at.tagName}.${at.className.baseVal ?? at.className}`
    }
    return 'none'
  }
  let depth = 0
  // Whether anything is said in it. A mere wrapper, what nobody sees and drawings leave no trace.
  const walk = (e) => {
    if (['SCRIPT', 'STYLE', 'LINK', 'TEMPLATE'].includes(e.tagName) || e.matches('svg[aria-hidden=true]')) return false
    const seen = e.checkVisibility({ visibilityProperty: true, opacityProperty: true }), text = own(e)
    const names = e.getAttributeNames().filter((name) => name !== 'class' && name !== 'lang').sort(), mere = e.tagName === 'SPAN' && !names.length
    if (e.lang) langs.add(e.getAttribute('lang') ?? '')
    const at = seen && !mere ? shape.push('') - 1 : -1, level = depth
    depth += at < 0 ? 0 : 1
    const words = [...e.children].map(walk).some((said) => said) || (seen && text !== '')
    depth = level
    if (at >= 0) {
      const scrolled = (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1) && /auto|scroll/.test(getComputedStyle(e).overflow)
      shape[at] = `${level}${e.tagName}${words ? ' words' : ''}${scrolled ? ' scrolled' : ''} ${names.map((name) => attribute(e, name))}`
    }
    if (seen && (text.length > 1 || e.matches('input, select, textarea'))) { // axe leaves single characters to people
      const style = getComputedStyle(e)
      const key = [style.color, style.opacity, parseFloat(style.fontSize) >= 18.66, +style.fontWeight >= 700, style.textDecorationLine, ground(e),
        `${e.tagName}.${e.className.baseVal ?? e.className}`, e.matches(':disabled, [aria-disabled=true]')].join(' ')
      if (!colours.has(key)) colours.set(key, e)
    }
    return words
  }
  walk(root)
  return { shape, colours: [...colours.keys()], langs: [...langs] }
}
