/** What the search box offers: chosen with the arrows and Enter, closed with Escape or by going elsewhere. The offers themselves are fetched by htmx. */
const box = (): HTMLInputElement | null => document.querySelector('.c-search [role="combobox"]')
const list = (): HTMLElement | null => document.querySelector('#suggest')

function options(): HTMLElement[] {
  return [...(list()?.querySelectorAll<HTMLElement>('[role="option"]') ?? [])]
}

function choose(next: HTMLElement | undefined): void {
  for (const option of options()) {
    option.setAttribute('aria-selected', String(option === next))
  }
  if (next) {
    box()?.setAttribute('aria-activedescendant', next.id)
    next.scrollIntoView({ block: 'nearest' })
  } else {
    box()?.removeAttribute('aria-activedescendant')
  }
}

function close(): void {
  list()?.replaceChildren()
  box()?.setAttribute('aria-expanded', 'false')
  box()?.removeAttribute('aria-activedescendant')
}

function onKey(event: KeyboardEvent): void {
  const all = options()
  const at = all.findIndex((option) => option.getAttribute('aria-selected') === 'true')
  if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && all.length > 0) {
    event.preventDefault()
    // Beyond the last and before the first stands the box itself, so that what was typed can be sent.
    const step = event.key === 'ArrowDown' ? 1 : -1
    choose(all[(at + 1 + step + all.length + 1) % (all.length + 1) - 1])
  } else if (event.key === 'Enter' && at >= 0) {
    event.preventDefault()
    all[at]?.click()
  } else if (event.key === 'Escape' && all.length > 0) {
    event.preventDefault()
    close()
  }
}

export function suggest(): void {
  box()?.addEventListener('keydown', onKey)
  document.addEventListener('click', (event) => {
    if (!(event.target as Element).closest('.c-search')) {
      close()
    }
  })
  document.addEventListener('focusin', (event) => {
    if (!(event.target as Element).closest('.c-search')) {
      close()
    }
  })
  document.addEventListener('htmx:afterSwap', (event) => {
    if (event.target === list()) {
      const left = document.activeElement !== box()
      box()?.setAttribute('aria-expanded', String(!left && options().length > 0))
      if (left || box()?.value === '') {
        close()
      }
    }
  })
}
