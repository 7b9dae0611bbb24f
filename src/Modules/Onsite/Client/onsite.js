/* Ciclo on-site content. <script src="https://YOUR-SERVER/onsite.js" data-write-key="wk_…" defer></script>
   Slots: `banner`, and every element with data-ciclo-slot="NAME". Nothing inline, no cookie, no markup from the server is ever parsed. */
(() => {
  'use strict'
  const script = document.currentScript
  const key = script && script.dataset.writeKey
  if (!key || window.cicloOnsite) return
  const base = script.src.replace(/\/onsite\.js([?#].*)?$/, '')
  const isPrivate = navigator.globalPrivacyControl === true
  const shown = new Map()
  let user = null
  let anonymous = null
  let asking = null
  let message = null

  const read = (name) => {
    try {
      const text = localStorage.getItem(name)
      return text && text.startsWith('"') ? JSON.parse(text) : text
    } catch { return null }
  }
  const write = (name, text) => { try { localStorage.setItem(name, text) } catch { /* a browser that keeps nothing shows each time */ } }

  // The ids of the tracking library on the page, so that both speak of the same visitor; else one of our own.
  const who = () => {
    if (isPrivate) return {}
    let id = anonymous || read('ajs_anonymous_id') || read('ciclo_anonymous_id')
    if (!id) write('ciclo_anonymous_id', id = crypto.randomUUID ? crypto.randomUUID() : String(Math.random()).slice(2) + Date.now())
    return { anonymousId: id, userId: user || read('ajs_user_id') || undefined }
  }

  const send = (path, body) => fetch(base + path, {
    method: 'POST', credentials: 'omit', keepalive: true, headers: { 'Content-Type': 'text/plain' }, body: JSON.stringify({ writeKey: key, ...body }),
  })

  const track = (event, slot) => {
    if (isPrivate) return
    send('/v1/track', { ...who(), type: 'track', event, properties: { message_id: slot.id, piece: slot.piece, slot: slot.name, arm: slot.arm, channel: 'onsite' }, context: { page: { path: location.pathname, url: location.href } } }).catch(() => {})
  }

  const address = (text) => /^(https:\/\/|\/(?![/\\]))/.test(text || '') ? text : ''

  const seen = () => { try { return JSON.parse(read('ciclo_onsite_seen') || '{}') || {} } catch { return {} } }
  const isTooSoon = (slot) => slot.every_hours > 0 && Date.now() - (seen()[slot.piece] || 0) < slot.every_hours * 3600000
  const note = (slot) => write('ciclo_onsite_seen', JSON.stringify({ ...seen(), [slot.piece]: Date.now() }))

  const make = (tag, className, text) => {
    const made = document.createElement(tag)
    if (className) made.className = className
    if (text) made.textContent = text
    return made
  }

  const style = `:host{all:initial}*{box-sizing:border-box}
.b{font:16px/1.45 system-ui,sans-serif;color:#13202a;background:#fff;border:1px solid #c3ccd3;border-radius:10px;padding:16px 20px;display:flex;flex-wrap:wrap;gap:8px 16px;align-items:center}
.b>div{flex:1 1 12rem;min-width:0;overflow-wrap:anywhere}.b img{max-width:100%;max-height:40vh;border-radius:7px}h2{font-size:18px;margin:0 0 4px}p{margin:0;white-space:pre-line}
a{display:inline-flex;align-items:center;min-height:44px;padding:0 18px;border-radius:7px;background:#0a5a74;color:#fff;text-decoration:none;font-weight:600}
button{font:inherit;min-width:44px;min-height:44px;border:0;border-radius:7px;background:none;color:inherit;cursor:pointer}
a:focus-visible,button:focus-visible{outline:3px solid #0a5a74;outline-offset:2px}
.banner{position:fixed;inset:auto 12px 12px;z-index:2147483000;max-width:720px;margin:0 auto;box-shadow:0 12px 32px -8px rgb(0 0 0/.3)}
.top{inset:12px 12px auto}
dialog{border:0;padding:0;background:none;max-width:min(520px,calc(100vw - 24px))}dialog::backdrop{background:rgb(0 0 0/.5)}
@media (prefers-color-scheme:dark){.b{color:#e7edf1;background:#151f27;border-color:#3b4d5a}a{background:#62c1dc;color:#04212b}a:focus-visible,button:focus-visible{outline-color:#62c1dc}}`

  // What a journey or campaign sent is counted with its message, what a piece shows as an event of the page.
  const tell = (slot, what) => slot.once
    ? what !== 'Dismissed' && send('/v1/onsite/seen', { id: slot.id, what: what === 'Clicked' ? 'clicked' : 'shown' }).catch(() => {})
    : track(`In-App Message ${what}`, slot)

  const close = (slot, host) => { host.remove(); if (slot.once) message = null; tell(slot, 'Dismissed') }

  const draw = (slot, words) => {
    const box = make('div', 'b')
    const { title, text, button, href, image } = slot.content
    if (address(image)) box.append(Object.assign(make('img'), { src: address(image), alt: '' }))
    const said = make('div')
    if (title) said.append(make('h2', '', title))
    if (text) said.append(make('p', '', text))
    box.append(said)
    if (button && address(href)) {
      const link = Object.assign(make('a', '', button), { href: address(href) })
      link.addEventListener('click', () => tell(slot, 'Clicked'))
      box.append(link)
    }
    if (slot.form !== 'inline') {
      const end = make('button', '', '\u2715')
      end.setAttribute('aria-label', words)
      box.append(end)
      box.end = end
    }
    return box
  }

  const place = (slot, target) => {
    const host = make('div')
    const root = host.attachShadow({ mode: 'open' })
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(style)
    root.adoptedStyleSheets = [sheet]
    const box = draw(slot, slot.language === 'es' ? 'Cerrar' : 'Close')
    host.lang = slot.language
    const label = slot.content.title || slot.content.text
    if (slot.form === 'modal') {
      // The dialog of the browser keeps the focus inside, closes on Esc and gives the focus back.
      const dialog = make('dialog')
      dialog.setAttribute('aria-label', label)
      dialog.append(box)
      root.append(dialog)
      document.body.append(host)
      dialog.showModal()
      dialog.addEventListener('close', () => close(slot, host))
      box.end.addEventListener('click', () => dialog.close())
    } else if (slot.form === 'banner') {
      box.classList.add('banner')
      if (slot.once) box.classList.add('top')
      box.setAttribute('role', 'region')
      box.setAttribute('aria-label', label)
      box.addEventListener('keydown', (event) => { if (event.key === 'Escape') close(slot, host) })
      box.end.addEventListener('click', () => close(slot, host))
      root.append(box)
      document.body.append(host)
    } else {
      root.append(box)
      target.replaceChildren(host)
    }
    return host
  }

  /** Says that it was shown once it can be seen. */
  const watch = (slot, host) => {
    const tell = () => { note(slot); track('In-App Message Delivered', slot) }
    if (slot.form !== 'inline' || !window.IntersectionObserver) return tell()
    const eye = new IntersectionObserver((entries) => { if (entries.some((entry) => entry.isIntersecting)) { eye.disconnect(); tell() } }, { threshold: 0.5 })
    eye.observe(host)
  }

  const put = (slots) => {
    for (const [name, slot] of Object.entries(slots)) {
      const target = document.querySelector(`[data-ciclo-slot="${CSS.escape(name)}"]`)
      const before = shown.get(name)
      if (before && before.piece === slot.piece) continue
      if (before) { before.host.remove(); shown.delete(name) }
      if (!slot.content || isTooSoon(slot) || (slot.form === 'inline' && !target)) continue
      slot.name = name
      document.dispatchEvent(new CustomEvent('ciclo:content', { detail: slot }))
      if (slot.content.data) { note(slot); track('In-App Message Delivered', slot); shown.set(name, { piece: slot.piece, host: make('i') }); continue }
      const host = place(slot, target)
      shown.set(name, { piece: slot.piece, host })
      watch(slot, host)
    }
    for (const [name, before] of shown) if (!(name in slots)) { before.host.remove(); shown.delete(name) }
  }

  // Whoever asks for a message gets it once: so it is asked for by a page that can be seen, and shown at once.
  const take = async () => {
    if (isPrivate || message || document.visibilityState !== 'visible') return
    message = 'asked'
    let given = null
    try {
      const answer = await send('/v1/onsite/message', who())
      if (answer.status === 200) given = await answer.json()
    } catch { /* it waits */ }
    message = given
    if (!given) return
    given.once = true
    given.form = 'banner'
    if (document.dispatchEvent(new CustomEvent('ciclo:message', { detail: given, cancelable: true }))) place(given)
    tell(given, 'Delivered')
  }

  const ask = async () => {
    if (asking) { asking = 'again'; return }
    asking = 'once'
    try {
      const names = [...document.querySelectorAll('[data-ciclo-slot]')].map((element) => element.dataset.cicloSlot)
      const answer = await send('/v1/personalise', { ...who(), privacy: isPrivate, slots: [...new Set(['banner', 'modal', ...names])].slice(0, 20), locale: document.documentElement.lang || navigator.language })
      if (answer.ok) put((await answer.json()).slots)
    } catch { /* the page is whole without us */ }
    const again = asking === 'again'
    asking = null
    if (again) ask()
  }

  window.cicloOnsite = {
    /** Says who it is where no tracking library on the page does. */
    identify: (ids) => { user = ids.userId || user; anonymous = ids.anonymousId || anonymous; return Promise.all([ask(), take()]) },
    refresh: ask,
  }
  const begin = () => {
    ask()
    take()
    document.addEventListener('visibilitychange', take)
    if (isPrivate || !window.EventSource) return
    const live = new EventSource(`${base}/v1/onsite/live?${new URLSearchParams(Object.entries({ writeKey: key, ...who() }).filter((pair) => pair[1]))}`)
    live.addEventListener('changed', ask)
    live.addEventListener('message', take)
  }
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', begin)
  else begin()
})()
