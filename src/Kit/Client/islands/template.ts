// The editor of a template: what is changed in a form is sent by htmx; the answer brings the draft's new number, and the preview and the checks follow.
const frame = document.querySelector<HTMLIFrameElement>('[data-preview] iframe')
const holder = frame?.parentElement
const refusal = document.querySelector<HTMLElement>('[data-refusal]')

const show = (): void => {
  if (frame) {
    frame.src = frame.src
  }
}

document.documentElement.classList.add('has-live')

document.body.addEventListener('template-changed', (event) => {
  const { number } = (event as CustomEvent<{ number: number }>).detail
  for (const field of document.querySelectorAll<HTMLInputElement>('[data-number]')) {
    field.value = String(number)
  }
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-publish], [data-undo]')) {
    button.disabled = false
  }
  document.querySelector('[data-draft]')?.removeAttribute('hidden')
  if (refusal) {
    refusal.hidden = true
  }
  show()
})

document.body.addEventListener('template-refused', (event) => {
  if (refusal) {
    refusal.textContent = (event as CustomEvent<{ message: string }>).detail.message
    refusal.hidden = false
    refusal.scrollIntoView({ block: 'nearest' })
  }
})

const press = (button: HTMLElement, name: string): void => {
  for (const other of document.querySelectorAll<HTMLElement>(`[${name}]`)) {
    other.setAttribute('aria-pressed', String(other === button))
  }
}

document.addEventListener('click', (event) => {
  const wide = (event.target as Element).closest<HTMLElement>('[data-wide]')
  if (wide && holder) {
    press(wide, 'data-wide')
    holder.classList.toggle('is-phone', wide.dataset.wide === 'phone')
  }
  const dark = (event.target as Element).closest<HTMLElement>('[data-dark]')
  if (dark && frame) {
    press(dark, 'data-dark')
    const address = new URL(frame.src)
    if (dark.dataset.dark === '1') {
      address.searchParams.set('dark', '1')
    } else {
      address.searchParams.delete('dark')
    }
    frame.src = address.href
  }
})
export {}
