// Runs before the first paint. A reader who chose light or dark has it from the server; everybody else follows the system, also when it changes.
const root = document.documentElement
if (!root.dataset.bsTheme) {
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const follow = (): void => {
    if (!document.cookie.includes('ciclo_theme=')) {
      root.dataset.bsTheme = dark.matches ? 'dark' : 'light'
      dispatchEvent(new Event('themechange'))
    }
  }
  follow()
  dark.addEventListener('change', follow)
}
