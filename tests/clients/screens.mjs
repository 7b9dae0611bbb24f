// The pages in a real Chromium: light and dark, Spanish and English, wide and then as narrow as a phone. Nothing on the console, nothing asked of
// anybody else, nothing serious for axe-core (WCAG 2.2 A and AA), nothing wider than the window. Usage: node screens.mjs URL PATH…
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { chromium } from 'playwright-core'
import { fail, isFault } from './arguments.mjs'

const [url, ...paths] = process.argv.slice(2)
if (!url || paths.length === 0) {
  fail('usage: node screens.mjs URL PATH…')
}
const origin = new URL(url).origin
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const looks = [
  { name: 'light es', colorScheme: 'light', locale: 'es-MX', viewport: { width: 1440, height: 900 } },
  { name: 'dark en', colorScheme: 'dark', locale: 'en-US', viewport: { width: 1280, height: 900 } },
  { name: 'light en', colorScheme: 'light', locale: 'en-US', viewport: { width: 1024, height: 800 } },
  { name: 'dark es', colorScheme: 'dark', locale: 'es-MX', viewport: { width: 1440, height: 900 } },
]
const phone = { width: 360, height: 780 }
const isEach = process.env.CICLO_LOOKS === 'all'
const troubles = []

const browser = await chromium.launch({ executablePath: process.env.CICLO_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'] })
try {
  for (const look of looks) {
    // The checker itself is put in from outside, which the page's policy would refuse.
    const context = await browser.newContext({ ...look, bypassCSP: false })
    for (const [i, path] of paths.entries()) {
      if (isSeen(i, looks.indexOf(look))) {
        await visit(context, path, look, i)
      }
    }
    await context.close()
  }
  if (paths.includes('/')) {
    await byKeyboard()
  }
} catch (error) {
  fail(error)
} finally {
  await browser.close()
}
if (troubles.length > 0) {
  fail(troubles.join('\n'))
}
console.log(`${paths.length} pages`)

/** Each page is seen in one of the looks, in turn; with CICLO_LOOKS=all in every look. */
function isSeen(path, look) {
  return isEach || look === path % looks.length
}

function watch(page, where) {
  page.on('console', (message) => isFault(message) && troubles.push(`${where}: console says ${message.text()}`))
  page.on('pageerror', (error) => troubles.push(`${where}: ${error.message}`))
  page.on('request', (request) => {
    if (!request.url().startsWith(origin) && !request.url().startsWith('data:')) {
      troubles.push(`${where}: a request to ${request.url()}`)
    }
  })
}

/** Both widths are measured; the checker looks at one of them, in turn. */
async function visit(context, path, look, turn) {
  const page = await context.newPage()
  watch(page, `${path} (${look.name})`)
  const answer = await page.goto(url + path, { waitUntil: 'networkidle' })
  if (answer.status() !== 200) {
    troubles.push(`${path} (${look.name}): answers ${answer.status()}`)
  }
  await page.evaluate(axe)
  for (const size of [look.viewport, phone]) {
    const where = `${path} (${look.name}, ${size.width})`
    await page.setViewportSize(size)
    const overflow = await page.evaluate(() => new Promise((tell) => requestAnimationFrame(() => tell(document.documentElement.scrollWidth - document.documentElement.clientWidth))))
    if (overflow > 0) {
      troubles.push(`${where}: ${overflow} px wider than the window`)
    }
    if (isEach || (size === phone) === (turn % 3 === 1)) {
      await check(page, where)
    }
  }
  await page.close()
}

async function check(page, where) {
  const found = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }))
  for (const violation of found.violations) {
    troubles.push(`${where}: ${violation.impact} ${violation.id}: ${violation.help}: ${violation.nodes.slice(0, 3).map((node) => node.html).join(' ')}`)
  }
}

/** What a reader without a mouse does on the first page: past the navigation, to the search, into a menu and out, chart to table, light to dark. */
async function byKeyboard() {
  const context = await browser.newContext({ colorScheme: 'light', locale: 'en-US', viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  watch(page, 'keyboard')
  const expect = async (what, holds) => (await holds()) || troubles.push(`keyboard: ${what}`)
  await page.goto(`${url}/`, { waitUntil: 'networkidle' })
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect('the skip link leads into the content', () => page.evaluate(() => location.hash === '#content'))
  await page.keyboard.press('Control+k')
  await expect('Ctrl+K leads to the search', () => page.evaluate(() => document.activeElement.id === 'q'))
  const menu = page.locator('details.c-menu').first()
  await menu.locator('summary').focus()
  await page.keyboard.press('Enter')
  await expect('Enter opens a menu', () => menu.evaluate((one) => one.open))
  await page.keyboard.press('Escape')
  await expect('Escape closes it and keeps the place', () => menu.evaluate((one) => !one.open && one.contains(document.activeElement)))
  await page.locator('[data-set-view="table"]').first().focus()
  await page.keyboard.press('Space')
  await expect('a chart turns into its table', () => page.locator('[data-view] table').first().isVisible())
  await page.locator('[data-theme-switch]').focus()
  await page.keyboard.press('Enter')
  await expect('the theme changes', () => page.evaluate(() => document.documentElement.dataset.bsTheme === 'dark'))
  await page.reload({ waitUntil: 'networkidle' })
  await expect('the server draws the theme that was chosen', async () => (await (await context.request.get(`${url}/`)).text()).includes('data-bs-theme="dark"'))
  await context.close()
}
