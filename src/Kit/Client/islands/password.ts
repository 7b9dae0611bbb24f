// Forms with a password: what is typed can be shown, and while a new one is typed the page says how long it would hold. The rule is that of the
// server (PasswordRules.StrengthOf), whose word lists stand in the page: nothing that is typed leaves it before the form is sent.
const around = new Set('0123456789 !"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~¡¿')
const mostAround = 8
const letters: Record<string, string> = {
  0: 'o', 1: 'i', '!': 'i', 3: 'e', 4: 'a', '@': 'a', 5: 's', $: 's', 7: 't', á: 'a', à: 'a', ä: 'a', é: 'e', í: 'i', ó: 'o', ú: 'u', ü: 'u', ñ: 'n',
}

/** The word inside of a password: CommonPasswords.Core. */
function coreOf(password: string): string {
  const chars = password.toLowerCase().split('')
  while (chars.length > 0 && around.has(chars[0])) {
    chars.shift()
  }
  while (chars.length > 0 && around.has(chars[chars.length - 1])) {
    chars.pop()
  }
  return chars.map((c) => letters[c] ?? c).filter((c) => /\p{L}/u.test(c)).join('')
}

function isCommon(password: string, words: Set<string>, whole: Set<string>): boolean {
  const lower = password.toLowerCase()
  const core = coreOf(password)
  return whole.has(lower)
    || (core.length === 0 && lower.length < 16 && /^[0-9]*$/.test(lower) && new Set(lower).size < 6)
    || (words.has(core) && password.length - core.length <= mostAround)
}

/** A piece of up to four characters repeated, or characters that follow each other. */
function isPattern(password: string): boolean {
  const codes = password.split('').map((c) => c.charCodeAt(0))
  const repeats = [1, 2, 3, 4].some((period) => codes.slice(0, codes.length - Math.min(period, codes.length)).every((code, i) => code === codes[i + period]))
  const steps = new Map<number, number>()
  codes.slice(1).forEach((code, i) => steps.set(code - codes[i], (steps.get(code - codes[i]) ?? 0) + 1))
  return repeats || [...steps].some(([step, times]) => Math.abs(step) <= 1 && times >= codes.length - 2)
}

function meter(place: HTMLElement): void {
  const input = document.getElementById(place.dataset.strength ?? '') as HTMLInputElement | null
  const says = place.querySelector<HTMLElement>('[data-says]')
  if (!input || !says) {
    return
  }
  const words = new Set(place.dataset.words?.split(' '))
  const whole = new Set(place.dataset.whole?.split(' '))
  const shortest = Number(place.dataset.shortest)
  input.addEventListener('input', () => {
    const composed = /[\ud800-\udfff]/.test(input.value) ? input.value : input.value.normalize('NFC')
    const runes = [...composed]
    const worth = Math.min(runes.length, 2 * new Set(runes).size)
    const level = isCommon(composed, words, whole) || isPattern(input.value) || worth < 14 ? 'weak' : worth >= 20 ? 'strong' : 'good'
    const isShort = runes.length < shortest
    place.hidden = runes.length === 0
    place.dataset.level = isShort ? 'short' : level
    says.textContent = isShort ? `${place.dataset.missing}: ${shortest - runes.length}` : place.dataset[level] ?? ''
  })
}

for (const button of document.querySelectorAll<HTMLButtonElement>('[data-show]')) {
  const input = document.getElementById(button.dataset.show ?? '') as HTMLInputElement
  const shows = button.textContent
  button.hidden = false
  button.addEventListener('click', () => {
    const isShown = input.type === 'password'
    input.type = isShown ? 'text' : 'password'
    button.setAttribute('aria-pressed', String(isShown))
    button.textContent = isShown ? button.dataset.hides ?? '' : shows
    input.focus()
  })
}
document.querySelectorAll<HTMLElement>('[data-strength]').forEach(meter)
