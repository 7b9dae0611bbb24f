import htmx from 'htmx.org'
import { suggest } from './suggest'

// Indicator styles would be an inline style, and evaluated attributes a script: the page allows neither.
htmx.config.includeIndicatorStyles = false
htmx.config.allowEval = false
htmx.config.historyCacheSize = 0

const root = document.documentElement
const here = document.querySelector<HTMLScriptElement>('script[data-charts]')

/** Light or dark, kept for a year in a cookie, so that the server draws the next page right from the start. */
function switchTheme(): void {
  const next = root.dataset.bsTheme === 'dark' ? 'light' : 'dark'
  root.dataset.bsTheme = next
  document.cookie = `ciclo_theme=${next}; path=${here?.dataset.base || '/'}; max-age=31536000; samesite=lax`
  dispatchEvent(new Event('themechange'))
}

/** A chart and its table take turns; which one shows is said to assistive technology by aria-pressed. */
function switchView(button: HTMLElement): void {
  const card = button.closest<HTMLElement>('[data-view]')
  if (!card) {
    return
  }
  card.dataset.view = button.dataset.setView
  for (const other of card.querySelectorAll<HTMLElement>('[data-set-view]')) {
    other.setAttribute('aria-pressed', String(other === button))
  }
  dispatchEvent(new Event('resize'))
}

document.addEventListener('click', (event) => {
  const target = event.target as Element
  if (target.closest('[data-theme-switch]')) {
    switchTheme()
    return
  }
  const view = target.closest<HTMLElement>('[data-set-view]')
  if (view) {
    switchView(view)
  }
  for (const menu of document.querySelectorAll<HTMLDetailsElement>('details.c-menu[open]')) {
    if (!menu.contains(target)) {
      menu.open = false
    }
  }
})

document.addEventListener('keydown', (event) => {
  if (event.key === 'k' && (event.ctrlKey || event.metaKey)) {
    const search = document.querySelector<HTMLInputElement>('.c-search input')
    if (search?.offsetParent) {
      event.preventDefault()
      search.focus()
      search.select()
    }
  }
  if (event.key === 'Escape') {
    const menu = document.querySelector<HTMLDetailsElement>('details.c-menu[open]')
    if (menu) {
      menu.open = false
      menu.querySelector('summary')?.focus()
    }
  }
})

/** Charts come in their own file, which a page without one never loads. */
async function drawCharts(within: ParentNode): Promise<void> {
  const places = within.querySelectorAll<HTMLElement>('[data-chart]')
  if (places.length === 0 || !here?.dataset.charts) {
    return
  }
  const charts = await import(here.dataset.charts) as typeof import('./charts')
  places.forEach(charts.draw)
}

suggest()
void drawCharts(document)
document.addEventListener('htmx:afterSwap', (event) => void drawCharts(event.target as Element))
