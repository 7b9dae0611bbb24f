// Cards of a dashboard, and blocks of a template, are dragged by their handle, with mouse or finger; the buttons beside it do the same without this. The order is sent as a
// form, as the buttons' is, so that the server decides alike.
const list = document.querySelector<HTMLElement>('[data-arrange]')
// Where the cards hold forms of their own, the one for their order stands beside them.
const form = list?.closest('form') ?? document.querySelector<HTMLFormElement>('form#arrange')
const order = form?.querySelector<HTMLInputElement>('input[name="order"]')

if (list && form && order) {
  list.classList.add('has-drag')
  let dragged: HTMLElement | null = null
  const ids = (): string => [...list.querySelectorAll<HTMLElement>('[data-card]')].map((card) => card.dataset.card ?? '').join(',')
  const before = ids()

  const end = (isKept: boolean): void => {
    if (!dragged) {
      return
    }
    dragged.classList.remove('is-dragged')
    document.body.classList.remove('is-dragging')
    dragged = null
    if (isKept && ids() !== before) {
      order.value = ids()
      form.requestSubmit()
    }
  }

  list.addEventListener('pointerdown', (event) => {
    const handle = (event.target as Element).closest<HTMLElement>('[data-handle]')
    if (!handle || event.button !== 0) {
      return
    }
    event.preventDefault()
    handle.setPointerCapture(event.pointerId)
    dragged = handle.closest<HTMLElement>('[data-card]')
    dragged?.classList.add('is-dragged')
    document.body.classList.add('is-dragging')
  })

  list.addEventListener('pointermove', (event) => {
    if (!dragged) {
      return
    }
    const under = document.elementsFromPoint(event.clientX, event.clientY).map((one) => one.closest<HTMLElement>('[data-card]')).find((card) => card && card !== dragged && list.contains(card))
    if (!under) {
      return
    }
    const box = under.getBoundingClientRect()
    // Past the middle of a card beside it, or of one above or below that is as wide as the row.
    const isPast = box.width > list.clientWidth * 0.9 ? event.clientY > box.top + box.height / 2 : event.clientX > box.left + box.width / 2
    list.insertBefore(dragged, isPast ? under.nextSibling : under)
  })

  list.addEventListener('pointerup', () => end(true))
  list.addEventListener('pointercancel', () => location.reload())
  addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && dragged) {
      location.reload()
    }
  })

  // After a move by button the page comes back: the keyboard goes on where it was.
  const here = location.hash ? document.getElementById(location.hash.slice(1)) : null
  here?.focus()
}
export {}
