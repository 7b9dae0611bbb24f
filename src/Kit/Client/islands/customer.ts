// A customer's page stays up to date: the server says when something of this person changed, and htmx then fetches the parts that show it.
const line = (): HTMLElement | null => document.querySelector('[data-live]')
const sign = (): HTMLElement | null => document.querySelector('[data-live-sign]')

let opened: string[] = []

/** Details that a reader has opened stay open when their part of the page is fetched anew. */
document.addEventListener('htmx:beforeSwap', () => {
  opened = [...document.querySelectorAll<HTMLDetailsElement>('details[data-keep][open]')].map((one) => one.dataset.keep!)
})
document.addEventListener('htmx:afterSettle', () => {
  for (const one of document.querySelectorAll<HTMLDetailsElement>('details[data-keep]')) {
    one.open ||= opened.includes(one.dataset.keep!)
  }
})

function changed(events: string): void {
  if (line()?.dataset.seen !== events) {
    document.body.dispatchEvent(new CustomEvent('customer-changed'))
  }
}

function follow(address: string): void {
  const source = new EventSource(address)
  // What happened between the page and the stream would be missed: the stream begins with how many events there are.
  source.addEventListener('ready', (event) => {
    sign()?.setAttribute('data-is', 'live')
    changed((event as MessageEvent<string>).data)
  })
  source.addEventListener('changed', () => document.body.dispatchEvent(new CustomEvent('customer-changed')))
  source.addEventListener('error', () => {
    if (source.readyState === EventSource.CLOSED) {
      const off = sign()?.querySelector<HTMLElement>('[data-off]')
      sign()?.removeAttribute('data-is')
      sign()?.classList.add('c-now--off')
      if (off) {
        off.textContent = off.dataset.off!
      }
    }
  })
  addEventListener('pagehide', () => source.close())
}

const address = line()?.dataset.live
if (address) {
  follow(address)
}
