// A page that follows the server: whoever names a stream in data-live hears `more` each time there is something new, and asks for it with
// htmx (hx-trigger="more from:body"). The stream says nothing but that; what is new is a piece of page like any other.
const place = document.querySelector<HTMLElement>('[data-live]')
if (place?.dataset.live) {
  const stream = new EventSource(place.dataset.live)
  stream.addEventListener('more', () => document.body.dispatchEvent(new CustomEvent('more', { bubbles: true })))
  stream.addEventListener('done', () => {
    stream.close()
    document.body.dispatchEvent(new CustomEvent('more', { bubbles: true }))
  })
  addEventListener('pagehide', () => stream.close())
}

/** Buttons that copy the text of the element they name. */
document.addEventListener('click', (event) => {
  const button = (event.target as Element).closest<HTMLElement>('[data-copy]')
  const source = button && document.getElementById(button.dataset.copy ?? '')
  if (!button || !source) {
    return
  }
  const done = () => {
    const says = button.querySelector('[data-copied]') ?? button
    says.textContent = button.dataset.said ?? ''
  }
  void navigator.clipboard?.writeText(source.textContent ?? '').then(done, () => getSelection()?.selectAllChildren(source))
})

/** Tabs whose panels are on the page already. */
document.addEventListener('click', (event) => {
  const tab = (event.target as Element).closest<HTMLElement>('[data-panel]')
  if (!tab) {
    return
  }
  for (const other of tab.parentElement?.querySelectorAll<HTMLElement>('[data-panel]') ?? []) {
    const chosen = other === tab
    other.setAttribute('aria-pressed', String(chosen))
    const panel = document.getElementById(other.dataset.panel ?? '')
    if (panel) {
      panel.hidden = !chosen
    }
  }
})
